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
 * What an element of XML says: values under their names and that of what they are in, longer texts by themselves, and an empty string around
 * each of several things of one kind. Addresses are left out.
 */
export function factsOf(element: XmlElement, within = ""): string[] {
  const attributes = Object.entries(element.attribs)
    .filter(([name]) => !/^(?:xmlns|xml:|xsi:)/.test(name))
    .flatMap(([name, value]) => factOf(within + wordsOf(name), value));
  if (isText(element)) return [...attributes, ...factOf(within.trim() || wordsOf(element.name), textWithin(element))];
  const children = childrenOf(element);
  const counts = new Map<string, number>();
  for (const { name } of children) counts.set(name, (counts.get(name) ?? 0) + 1);
  const facts = children.flatMap((child) => {
    const isValue = isText(child) || childrenOf(child).length === 0;
    const isOneOfSeveral = !isValue && (counts.get(child.name) ?? 0) > 1;
    const name = `${wordsOf(child.name)} `;
    return isOneOfSeveral ? ["", ...factsOf(child), ""] : factsOf(child, isValue ? within + name : name);
  });
  return [...attributes, ...facts];
}

function isText({ children }: XmlElement): boolean {
  return children.some((node) => (DomUtils.isText(node) || DomUtils.isCDATA(node)) && DomUtils.textContent(node).trim() !== "");
}

/** Longer texts speak for themselves. */
const longestValue = 100;

function factOf(name: string, value: string): string[] {
  if (value.trim() === "" || /^\s*(?:https?|mailto|ftp):\S*\s*$/i.test(value)) return [];
  return [value.length > longestValue ? value : `${name}: ${value}`];
}

/** `g:shipping_price` and `shippingPrice` are "shipping price". */
function wordsOf(name: string): string {
  return name
    .replace(/^.*:/, "")
    .replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, " ")
    .replaceAll(/[_.-]+/g, " ")
    .toLowerCase();
}
