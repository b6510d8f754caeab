import { factLines } from "./fact-lines.ts";
import { htmlPartToText } from "./html/read-html.ts";
import { UnreadableError, type Parsed } from "./parse-request.ts";

/** What was published one after the other, as sites offer it for other programs to read. */
export interface Feed {
  title: string;
  about: string;
  entries: Iterable<FeedEntry>;
}

export interface FeedEntry {
  title: string;
  /** As the feed writes it. */
  date: string;
  author: string;
  /** Plain text or HTML; nothing says which, as a rule. */
  body: string;
  /** More that it says: values under their names. */
  facts: readonly string[];
}

/** A feed as a text with a heading for each entry, under which stand its day, its author and what it says. @throws UnreadableError */
export function textOfFeed({ title, about, entries }: Feed): Parsed {
  const name = inLine(textOf(title));
  const parts = [name === "" ? "" : `# ${name}`, textOf(about)];
  for (const entry of entries) {
    const heading = inLine(textOf(entry.title));
    const origin = [momentOf(entry.date), inLine(textOf(entry.author))].filter((part) => part !== "").join(", ");
    const body = entry.body.replaceAll(/<(\/?)h([1-6])\b/gi, (_, slash: string, level: string) => `<${slash}h${lowered(level)}`);
    parts.push(heading === "" ? "" : `## ${heading}`, origin, textOf(body), factLines(entry.facts));
  }
  const text = parts.filter((part) => part !== "").join("\n\n");
  if (text === "") throw new UnreadableError("There is no text in it");
  return { title: name, text };
}

/** Headings within an entry stand below its own. */
function lowered(level: string): number {
  return Math.min(Number(level) + 2, 6);
}

/** Signs that a text is HTML: elements that texts are made of, and letters by their names. */
const ofHtml =
  /<\/?(?:a|b|blockquote|br|code|div|em|figure|h[1-6]|hr|i|img|li|ol|p|pre|small|span|strong|sub|sup|table|td|tr|u|ul)\b[^<>]*>|&(?:[a-z]{2,8}|#\d{2,6}|#x[\da-f]{2,6});/i;

function textOf(value: string): string {
  return ofHtml.test(value) ? htmlPartToText(value) : value.trim();
}

function inLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

/** `2026-11-03T09:30:00Z` and `Tue, 03 Nov 2026 09:30:00 +0000` without what nobody reads. */
function momentOf(value: string): string {
  return inLine(value)
    .slice(0, 60)
    .replace(/^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})\S*$/, "$1 $2")
    .replace(/(\d{1,2}:\d{2})(?::\d{2})?\s+(?:[A-Z]{1,5}|[+-]\d{4})$/, "$1");
}
