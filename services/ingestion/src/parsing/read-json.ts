import { flattenProduct } from "../domain/flatten-product.ts";
import { decodeText } from "./decode-text.ts";
import { factLines } from "./fact-lines.ts";
import { textOfFeed, type Feed } from "./feed-text.ts";
import { UnreadableError, type Parsed, type ParseRequest } from "./parse-request.ts";

/** What JSON says, values under their keys, each of several records apart; what is no JSON as it stands. @throws UnreadableError */
export function readJson({ bytes, contentType }: ParseRequest): Parsed {
  const json = decodeText(bytes, { contentType });
  const value = parsed(json) ?? linesOf(json);
  if (isFeed(value)) return textOfFeed(feedOf(value));
  const text = value === undefined ? json : factLines((Array.isArray(value) ? value : [value]).flatMap(factsOf));
  if (text.trim() === "") throw new UnreadableError("There is no text in it");
  return { title: "", text };
}

function factsOf(record: unknown): string[] {
  return ["", ...flattenProduct(JSON.stringify(record)).split("\n")];
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Records that stand in a line each. */
function linesOf(json: string): unknown[] | undefined {
  const records: unknown[] = [];
  for (const line of json.split("\n")) {
    if (line.trim() === "") continue;
    const record = parsed(line);
    if (record === undefined) return undefined;
    records.push(record);
  }
  return records;
}

type Fields = Readonly<Record<string, unknown>>;

function isFeed(value: unknown): value is Fields & { items: unknown[] } {
  return isFields(value) && /^https?:\/\/jsonfeed\.org\//.test(told(value, "version")) && Array.isArray(value["items"]);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function feedOf(feed: Fields & { items: unknown[] }): Feed {
  const entries = feed.items.filter(isFields).map((item) => ({
    title: told(item, "title"),
    date: told(item, "date_published", "date_modified"),
    author: "",
    body: told(item, "content_html", "content_text", "summary"),
    facts: [],
  }));
  return { title: told(feed, "title"), about: told(feed, "description"), entries };
}

/** The first of these that is told in words. */
function told(fields: Fields, ...names: string[]): string {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === "string" && value !== "") return value;
  }
  return "";
}
