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
  service.addRule("item", { filter: "li", replacement: listItem });
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

function listItem(content: string, node: Node): string {
  const parent = node.parentNode;
  const siblings = parent === null ? [] : [...parent.childNodes].filter(({ nodeName }) => nodeName === "LI");
  const mark = parent?.nodeName === "OL" ? `${siblings.findIndex((sibling) => sibling === node) + 1}.` : "-";
  const text = content
    .trim()
    .replaceAll(/\n{2,}/g, "\n")
    .replaceAll("\n", "\n  ");
  return text === "" ? "" : `${mark} ${text}\n`;
}
