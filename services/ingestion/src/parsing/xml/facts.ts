import { DomUtils, type parseDocument } from "htmlparser2";

type XmlNode = ReturnType<typeof parseDocument>["children"][number];
export type XmlElement = Extract<XmlNode, { attribs: unknown }>;

export function childrenOf(element: XmlElement): XmlElement[] {
  return element.children.filter((node) => DomUtils.isTag(node));
}

/** All text within, in one line. */
export function textWithin(element: XmlElement): string {
  return DomUtils.textContent(element).replaceAll(/\s+/g, " ").trim();
}

/**
 * What an element of XML says, line by line: values under their names, longer texts by themselves, and blank lines around what consists of
 * several. Addresses are left out.
 */
export function factsOf(element: XmlElement): string[] {
  const attributes = Object.entries(element.attribs)
    .filter(([name]) => !/^(?:xmlns|xml:|xsi:)/.test(name))
    .map(([name, value]) => factOf(name, value));
  const isText = element.children.some(
    (node) => (DomUtils.isText(node) || DomUtils.isCDATA(node)) && DomUtils.textContent(node).trim() !== "",
  );
  if (isText) return [...attributes, factOf(element.name, textWithin(element))].filter((line) => line !== "");
  const lines = [...attributes.filter((line) => line !== ""), ...childrenOf(element).flatMap(factsOf)];
  return lines.length > 1 ? ["", ...lines, ""] : lines;
}

/** Longer texts speak for themselves. */
const longestValue = 100;

function factOf(name: string, value: string): string {
  if (value.trim() === "" || /^\s*(?:https?|mailto|ftp):\S*\s*$/i.test(value)) return "";
  return value.length > longestValue ? value : `${wordsOf(name)}: ${value}`;
}

/** `g:shipping_price` and `shippingPrice` are "shipping price". */
function wordsOf(name: string): string {
  return name
    .replace(/^.*:/, "")
    .replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, " ")
    .replaceAll(/[_.-]+/g, " ")
    .toLowerCase();
}
