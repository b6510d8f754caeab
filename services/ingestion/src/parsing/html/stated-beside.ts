import { hiddenFacts, statementsOf } from "./structured-data.ts";
import type { PageDocument } from "./page-surroundings.ts";

/**
 * What a page whose text scripts add in the browser states beside it: for browsers without scripts, and for machines; "" for nothing. A line
 * that summarises the page for search engines is not asked for, since such pages have the same one everywhere.
 */
export function statedBeside(document: PageDocument, toText: (html: string) => string): string {
  const forOthers = [...document.body.querySelectorAll("noscript")].map(({ innerHTML }) => withoutHints(toText(innerHTML)));
  const text = forOthers.filter((part) => part !== "").join("\n\n");
  const facts = hiddenFacts(statementsOf(document), text, { isAlone: true });
  return [text, facts].filter((part) => part !== "").join("\n\n");
}

/** Without lines that only ask for scripts. */
function withoutHints(text: string): string {
  return text
    .split("\n")
    .filter((line) => !/java ?script/i.test(line))
    .join("\n")
    .trim();
}
