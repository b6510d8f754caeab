import { parseHTML } from "linkedom";
import TurndownService from "turndown";
import { labelsOf, type Drawing } from "./drawings.ts";
import { itemHeadings, type ItemHeadings } from "./item-headings.ts";
import { writtenNumber, type NumberFormat } from "./list-numbers.ts";
import { layoutTables } from "./layout-tables.ts";
import type { PageElement } from "./page-surroundings.ts";
import { fillSpans } from "./table-spans.ts";

/**
 * The text of HTML with headings, lists, tables and code marked as in Markdown, and nothing else: no addresses of links or images, no
 * emphasis, and no backslashes, for a passage is shown as it stands.
 */
export function htmlToText(html: string): string {
  const service = new TurndownService({ headingStyle: "atx", bulletListMarker: "-", codeBlockStyle: "fenced" });
  service.escape = (text) => text;
  service.remove([
    "script",
    "style",
    "noscript",
    "template",
    "iframe",
    "object",
    "embed",
    // What stands in them is for browsers that cannot play them.
    "video",
    "audio",
    "button",
    "select",
    "textarea",
    "input",
    "datalist",
    "title",
    // How characters are read aloud stands between those of one word.
    "rt",
    "rp",
    // What is struck out holds no more, such as a price before a sale.
    "del",
    "s",
  ]);
  service.remove((node) => node.nodeName === "STRIKE");
  service.remove((node) => node.nodeName === "CANVAS");
  service.addRule("drawing", {
    filter: (node) => /^svg$/i.test(node.nodeName),
    replacement: (_, node) => drawn(node),
  });
  service.addRule("plain", {
    filter: ["a", "em", "i", "strong", "b", "code"],
    replacement: (content, node) => inline(content, node),
  });
  service.addRule("image", { filter: "img", replacement: () => "" });
  service.addRule("break", { filter: "br", replacement: () => "\n" });
  const onlyPlaces = layoutTables();
  service.addRule("cell", {
    filter: ["td", "th"],
    replacement: (content, node) =>
      onlyPlaces(node) ? `\n\n${content.trim()}\n\n` : ` ${content.trim().replaceAll(/\s+/g, " ").replaceAll("|", "/")} |`,
  });
  service.addRule("row", {
    filter: "tr",
    replacement: (content, node) => (onlyPlaces(node) ? content : content.replaceAll(/[\s|]/g, "") === "" ? "" : `\n|${content}`),
  });
  service.addRule("table", { filter: "table", replacement: (content) => `\n\n${content.trim()}\n\n` });
  service.addRule("section", { filter: ["thead", "tbody", "tfoot"], replacement: (content) => content });
  const headings = itemHeadings();
  service.addRule("item", { filter: "li", replacement: numberedItems(headings) });
  service.addRule("heading", {
    filter: ["h1", "h2", "h3", "h4", "h5", "h6"],
    replacement: (content, node) =>
      `\n\n${headings.isHeading(node) ? `${"#".repeat(Number(node.nodeName.charAt(1)))} ` : ""}${content}\n\n`,
  });
  service.addRule("block", {
    filter: ["blockquote", "legend", "summary"],
    replacement: (content) => `\n\n${content.trim()}\n\n`,
  });
  service.addRule("line", { filter: "hr", replacement: () => "\n\n" });
  service.addRule("terms", { filter: "dl", replacement: (content) => `\n\n${content.trim()}\n\n` });
  service.addRule("term", { filter: "dt", replacement: (content) => `\n- ${indented(content)}` });
  service.addRule("definition", { filter: "dd", replacement: definition });
  service.addRule("raised", { filter: "sup", replacement: raised });
  service.addRule("reference", { filter: isReference, replacement: () => "" });
  return service
    .turndown(withoutSpans(html.replaceAll(touching, "$1 $2")))
    .replaceAll("\u00a0", " ")
    .replaceAll(invisible, "")
    .replaceAll(/[ \t]+\n/g, "\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}

type Node = TurndownService.Node;

function drawn(drawing: Drawing): string {
  const labels = labelsOf(drawing);
  return labels === "" ? "" : `\n${labels}\n`;
}

const inlineName = "(?:a|span|strong|b|em|i|label|small|time|data|output)";
/** Words in elements beside each other, which a page's styles keep apart. No word is cut so but for its first letter. */
const touching = new RegExp(
  String.raw`((?:[\p{L}\p{N}]{2}|[\p{N}.,:;!?%)]|\p{Sc}(?!(?:<[^<>]{0,1000}>)+\p{N}))</${inlineName}>)((?:</?(?:input|${inlineName})\b[^<>]{0,1000}>)*<${inlineName}\b[^<>]{0,1000}>(?=[\p{L}\p{N}][\p{L}\p{N}-]|[\p{N}\p{Sc}]|\((?!<)))`,
  "giu",
);

/** Digits after a number are raised, for ten to the twelfth is not 1012, nor nine euros and 99 cents 999. */
function raised(content: string, node: Node): string {
  const isPower = /^\d{1,3}$/.test(content) && /\d$/.test(node.previousSibling?.textContent ?? "");
  return isPower ? content.replaceAll(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(Number(digit))) : content;
}

/** Code in a block is fenced by a rule of its own, of which this is the inner element. */
function inline(content: string, node: Node): string {
  return node.parentNode?.nodeName === "PRE" ? (node.textContent ?? "") : content;
}

/** Places where a word may be divided, and marks of byte order; of no meaning but in scripts that write no blanks between words. */
const invisible = /\u00ad|\ufeff|(?<![\p{sc=Thai}\p{sc=Khmer}\p{sc=Laoo}\p{sc=Mymr}])\u200b/gu;

function withoutSpans(html: string): string {
  if (!/\b(?:row|col)span\s*=/i.test(html)) return html;
  const { body } = parseHTML(`<!doctype html><html><head></head><body>${html}</body></html>`).document;
  fillSpans(body);
  return body.innerHTML;
}

/** A term and what it means stand on one line, so that neither is found without the other. */
function definition(content: string, node: Node): string {
  const { previousElementSibling: before } = node;
  const isFirst = before?.nodeName === "DT";
  const text = indented(content);
  if (!isFirst) return text === "" ? "" : `\n  ${text}`;
  const term = (before.textContent ?? "").replace(/[\s¶#§]+$/, "");
  return /[\p{L}\p{N})]$/u.test(term) ? `: ${text}` : ` ${text}`;
}

/** The raised number of a note, which cuts a sentence, the arrow that leads back from the note, and the mark of a heading's own address. */
function isReference(node: PageElement): boolean {
  const text = (node.textContent ?? "").trim();
  if (node.nodeName === "A") return /^[↑↩§¶#^]$/.test(text);
  return node.nodeName === "SUP" && /^\[?\w{1,4}\]?$/.test(text) && node.querySelectorAll("a[href*='#']").length > 0;
}

function indented(content: string): string {
  return content
    .trim()
    .replaceAll(/\n{2,}/g, "\n")
    .replaceAll("\n", "\n  ");
}

/** Items are met in order, so each list is counted along: looking for an item's place among all others would take quadratic time. */
function numberedItems(headings: ItemHeadings): (content: string, node: Node) => string {
  const counts = new WeakMap<object, number>();
  return (content, node) => {
    const list = node.parentNode;
    const isReversed = list !== null && attributeOf(list, "reversed") !== undefined;
    const step = isReversed ? -1 : 1;
    const before = list === null ? undefined : (counts.get(list) ?? numberIn(list, "start", isReversed ? itemsOf(list) : 1) - step);
    const count = numberIn(node, "value", (before ?? 0) + step);
    if (list !== null) counts.set(list, count);
    const format = formats[attributeOf(list ?? node, "type") ?? ""] ?? "decimal";
    const mark = list?.nodeName === "OL" ? (attributeOf(node, "data-shown-number") ?? `${writtenNumber(count, format)}.`) : "-";
    if (headings.isSection(node)) return `\n\n${content.trim().replace(/^#+ /, mark === "-" ? "$&" : `$&${mark} `)}\n\n`;
    const text = headings.isNamed(node) ? indented(content).replace(nameOfEntry, "$1: ") : indented(content);
    return text === "" ? "" : `${mark} ${text}\n`;
  };
}

/** An entry's name stands on one line with what is said of it, unless that is a list, a table or code. */
const nameOfEntry = /^(.*[\p{L}\p{N})])\n {2}(?![-|`]|\p{N}+[.)])/u;

const formats: Readonly<Record<string, NumberFormat>> = { a: "lowerLetter", A: "upperLetter", i: "lowerRoman", I: "upperRoman" };

function itemsOf(list: object): number {
  const children: unknown = "children" in list ? list.children : undefined;
  return typeof children === "object" && children !== null && "length" in children ? Number(children.length) : 1;
}

function attributeOf(node: object, name: string): string | undefined {
  if (!("getAttribute" in node) || typeof node.getAttribute !== "function") return undefined;
  const value: unknown = node.getAttribute(name);
  return typeof value === "string" ? value : undefined;
}

function numberIn(node: object, name: string, otherwise: number): number {
  const given = attributeOf(node, name) ?? "";
  return /^\d{1,6}$/.test(given) ? Number(given) : otherwise;
}
