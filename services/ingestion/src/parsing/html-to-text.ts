import TurndownService from "turndown";

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
    "button",
    "select",
    "textarea",
    "form",
    "title",
  ]);
  service.remove((node) => node.nodeName === "SVG" || node.nodeName === "svg" || node.nodeName === "CANVAS");
  service.addRule("plain", {
    filter: ["a", "em", "i", "strong", "b", "code"],
    replacement: (content, node) => inline(content, node),
  });
  service.addRule("image", { filter: "img", replacement: () => "" });
  service.addRule("break", { filter: "br", replacement: () => "\n" });
  service.addRule("cell", { filter: ["td", "th"], replacement: (content) => ` ${content.trim().replaceAll(/\s+/g, " ")} |` });
  service.addRule("row", {
    filter: "tr",
    replacement: (content) => (content.replaceAll(/[\s|]/g, "") === "" ? "" : `\n|${content}`),
  });
  service.addRule("table", { filter: "table", replacement: (content) => `\n\n${content.trim()}\n\n` });
  service.addRule("section", { filter: ["thead", "tbody", "tfoot"], replacement: (content) => content });
  service.addRule("item", { filter: "li", replacement: numberedItems() });
  return service
    .turndown(html)
    .replaceAll(/[ \t]+\n/g, "\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}

type Node = TurndownService.Node;

/** Code in a block is fenced by a rule of its own, of which this is the inner element. */
function inline(content: string, node: Node): string {
  return node.parentNode?.nodeName === "PRE" ? (node.textContent ?? "") : content;
}

/** Items are met in order, so each list is counted along: looking for an item's place among all others would take quadratic time. */
function numberedItems(): (content: string, node: Node) => string {
  const counts = new WeakMap<object, number>();
  return (content, { parentNode }) => {
    const count = parentNode === null ? 1 : (counts.get(parentNode) ?? 0) + 1;
    if (parentNode !== null) counts.set(parentNode, count);
    const mark = parentNode?.nodeName === "OL" ? `${count}.` : "-";
    const text = content
      .trim()
      .replaceAll(/\n{2,}/g, "\n")
      .replaceAll("\n", "\n  ");
    return text === "" ? "" : `${mark} ${text}\n`;
  };
}
