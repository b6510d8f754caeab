import { DomUtils } from "htmlparser2";
import type { Feed, FeedEntry } from "../feed-text.ts";
import { childrenOf, factsOf, textWithin, type XmlElement } from "./facts.ts";

/** RSS of any version, or Atom; undefined for XML that is none. */
export function feedOf(root: XmlElement): Feed | undefined {
  if (!/^(?:rss|feed|rdf:RDF)$/i.test(root.name)) return undefined;
  const channel = childrenOf(root).find(({ name }) => name === "channel") ?? root;
  // Entries of the oldest feeds stand beside the channel.
  const entries = [...childrenOf(root), ...(channel === root ? [] : childrenOf(channel))].filter(({ name }) =>
    /^(?:item|entry)$/.test(name),
  );
  if (channel === root && entries.length === 0 && root.name !== "feed") return undefined;
  return { title: first(channel, titles), about: first(channel, abouts), entries: entries.map(entryOf) };
}

const titles = ["title", "g:title", "media:title"];
const abouts = ["description", "subtitle", "itunes:summary"];
/** The whole before what sums it up. */
const bodies = ["content:encoded", "content", "description", "summary", "g:description", "itunes:summary", "media:description"];

function entryOf(entry: XmlElement): FeedEntry {
  const name = childrenOf(entry).find((child) => child.name === "author");
  return {
    title: first(entry, titles),
    date: first(entry, ["pubDate", "published", "dc:date", "updated"]),
    author: first(entry, ["dc:creator"]) || (name === undefined ? "" : first(name, ["name"])) || first(entry, ["itunes:author"]),
    body: first(entry, bodies) || mediaOf(entry),
    facts: childrenOf(entry).flatMap(wareOf),
  };
}

/** The first of these elements that says anything: its text, or the HTML that it holds. */
function first(parent: XmlElement, names: readonly string[]): string {
  for (const name of names) {
    const element = childrenOf(parent).find((child) => child.name === name);
    if (element === undefined) continue;
    const text = childrenOf(element).length > 0 ? DomUtils.getInnerHTML(element) : DomUtils.textContent(element);
    if (text.trim() !== "") return text;
  }
  return "";
}

/** Sites of films put a description among what describes the film. */
function mediaOf(entry: XmlElement): string {
  const group = childrenOf(entry).find(({ name }) => name === "media:group");
  return group === undefined ? "" : first(group, bodies);
}

/** What shops say of a ware beside its name: price, brand, what is in stock. */
function wareOf(element: XmlElement): string[] {
  if (!element.name.startsWith("g:") || /^g:(?:id|title|description|google_product_category|identifier_exists)$/.test(element.name))
    return [];
  return childrenOf(element).length === 0 ? factsOf(element) : [factOfGroup(element)];
}

/** In one line, such as where something is sent, and for how much. */
function factOfGroup(element: XmlElement): string {
  return `${element.name.slice(2).replaceAll("_", " ")}: ${childrenOf(element).map(textWithin).join(", ")}`;
}
