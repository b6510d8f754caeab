import { Parser } from "htmlparser2";
import { UnreadableError } from "../parse-request.ts";

/** Of HTML, in characters. The trees of a page that is all marks take some hundred times its memory. */
const largestWhole = 600_000;
const usualPart = 100_000;
/** A part that found no good place to end by then, such as in one long listing, ends anywhere. */
const largestPart = largestWhole;
/** No page that is written for people nests so deeply, and the time that readers take grows with its square. */
export const deepest = 1_000;

/**
 * A page as small pages that follow each other: one alone, unless it is too large to be read as a whole. Each has the elements around it, so
 * that it says as much of itself as the whole did. Takes linear time, and memory for one part beside the page.
 * @throws UnreadableError for one that is nested too deeply
 */
export function* partsOf(html: string): Generator<string> {
  if (html.length <= largestWhole) {
    yield html;
    return;
  }
  const divider = createDivider();
  for (let start = 0; start < html.length; start += usualPart) {
    divider.write(html.slice(start, start + usualPart));
    yield* divider.taken();
  }
  divider.end();
  yield* divider.taken();
}

/** The texts of parts as one. A table that was cut between two rows is one again. */
export function joined(texts: readonly string[]): string {
  let text = "";
  for (const part of texts) {
    if (part === "") continue;
    const isTable = part.startsWith("|") && text.slice(text.lastIndexOf("\n") + 1).startsWith("|");
    text += text === "" ? part : `${isTable ? "\n" : "\n\n"}${part}`;
  }
  return text;
}

interface Open {
  name: string;
  tag: string;
  /** Items of a list so far, and rows that cells of a table still reach into. */
  items: number;
  hanging: number;
}

/** Before these a page may be cut. */
const beginnings = new Set(
  "address article aside blockquote details div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody tr ul".split(
    " ",
  ),
);
/** Within these it is not, for they are read as one. */
const units = new Set("a button dd dt figure h1 h2 h3 h4 h5 h6 head label li p pre select summary td th".split(" "));
/** Of no text that is read, and often most of a page. */
const unread = new Set(["script", "style", "svg"]);
const empty = new Set("area base br col embed hr img input link meta source track wbr".split(" "));

function createDivider() {
  const open: Open[] = [];
  const done: string[] = [];
  let pieces: string[] = [];
  let length = 0;
  let passedOver: { name: string; depth: number } | undefined;

  const add = (piece: string) => {
    pieces.push(piece);
    length += piece.length;
  };
  const cut = () => {
    const ends = open.toReversed().map(({ name }) => `</${name}>`);
    done.push([...pieces, ...ends].join(""));
    pieces = [];
    length = 0;
    for (const element of open) add(again(element));
  };
  const mayCut = (name: string) => {
    if (length <= usualPart) return false;
    if (length > largestPart) return true;
    return beginnings.has(name) && !open.some((element) => units.has(element.name) || element.hanging > 0);
  };
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (passedOver !== undefined) passedOver.depth += passedOver.name === name ? 1 : 0;
        if (passedOver !== undefined) return;
        if (mayCut(name)) cut();
        const element = { name, tag: tagOf(name, attributes), items: 0, hanging: 0 };
        add(element.tag);
        if (unread.has(name) && !isData(name, attributes)) passedOver = { name, depth: 1 };
        else if (!empty.has(name)) countIn(open, element, attributes);
        if (open.length > deepest) throw new UnreadableError(tooDeep);
      },
      onclosetag(name) {
        if (passedOver !== undefined && (passedOver.name !== name || --passedOver.depth > 0)) return;
        if (passedOver !== undefined || empty.has(name)) {
          if (passedOver !== undefined) add(`</${name}>`);
          passedOver = undefined;
          return;
        }
        add(`</${name}>`);
        open.pop();
        const table = name === "tr" ? open.findLast((element) => element.name === "table") : undefined;
        if (table !== undefined) table.hanging = Math.max(0, table.hanging - 1);
      },
      ontext(text) {
        if (passedOver === undefined) add(text);
      },
    },
    { decodeEntities: false },
  );
  return {
    write: (html: string) => parser.write(html),
    end: () => {
      parser.end();
      cut();
    },
    taken: () => done.splice(0),
  };
}

/** Facts for machines, which are read from a page's first part. */
function isData(name: string, attributes: Readonly<Record<string, string>>): boolean {
  return name === "script" && (attributes["type"] ?? "").includes("ld+json");
}

export const tooDeep = "The page is nested too deeply to be read";

function tagOf(name: string, attributes: Readonly<Record<string, string>>): string {
  const named = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${value.slice(0, longestValue).replaceAll('"', "&quot;")}"`,
  );
  return `<${name}${named.join("")}>`;
}

/** Longer are only images and data that a page carries in itself. */
const longestValue = 2_000;

function countIn(open: Open[], element: Open, attributes: Readonly<Record<string, string>>): void {
  const parent = open.at(-1);
  if (element.name === "ol") element.items = numberOf(attributes["start"], 1) - 1;
  if (element.name === "li" && parent !== undefined) parent.items = numberOf(attributes["value"], parent.items + 1);
  const rows = element.name === "td" || element.name === "th" ? numberOf(attributes["rowspan"], 1) : 1;
  const table = rows > 1 ? open.findLast(({ name }) => name === "table") : undefined;
  if (table !== undefined) table.hanging = Math.max(table.hanging, rows);
  open.push(element);
}

function numberOf(value: string | undefined, otherwise: number): number {
  return value !== undefined && /^\d{1,6}$/.test(value) ? Number(value) : otherwise;
}

/** A list goes on counting where it was cut. */
function again({ name, tag, items }: Open): string {
  return name === "ol" ? `<ol start="${items + 1}"${tag.slice("<ol".length)}` : tag;
}
