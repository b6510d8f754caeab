import type { PageElement } from "./page-surroundings.ts";

/** Code of a page as the text that it is, line by line, without the marks that colour it and the numbers of its lines. */
export function writeCode(body: PageElement): void {
  for (const block of body.querySelectorAll("pre")) {
    const code = block.querySelector("code");
    if (code === null && block.querySelector("span, div") === null) continue;
    const text = linesOf(block);
    const written = body.ownerDocument?.createElement("code");
    if (written === undefined) continue;
    written.className = code?.className ?? "";
    written.textContent = text;
    block.replaceChildren(written);
  }
  for (const code of body.querySelectorAll("code")) {
    if (code.children.length > 0 && code.closest("pre") === null) code.textContent = linesOf(code).trim();
  }
  // Beside code in a table of one row stand the numbers of its lines.
  for (const numbers of body.querySelectorAll("td pre")) {
    const row = numbers.closest("tr");
    if (isNumbers(numbers.textContent) && row !== null && row.querySelectorAll("pre").length > 1) numbers.remove();
  }
}

/** Each begins a line of its own. */
const blocks = new Set(["DIV", "P", "LI", "TR", "OL", "UL", "TABLE"]);
const numbersOfLines = /(?:^|[\s_-])(?:linenos?|line-?numbers?|lnt?|ln-num\w*)(?:$|[\s_-])/i;

function linesOf(block: PageElement): string {
  let text = "";
  const breakLine = () => {
    if (text !== "" && !text.endsWith("\n")) text += "\n";
  };
  const walk = (element: PageElement) => {
    for (const child of element.childNodes) {
      if (child.nodeType === 3) text += child.textContent ?? "";
      if (child.nodeType !== 1) continue;
      if (child.nodeName === "BR") text += "\n";
      else if (numbersOfLines.test(child.className) && isNumbers(child.textContent)) continue;
      else if (blocks.has(child.nodeName)) {
        breakLine();
        walk(child);
        breakLine();
      } else walk(child);
    }
  };
  walk(block);
  return text;
}

function isNumbers(text: string | null): boolean {
  return /^[\d\s]*$/.test(text ?? "");
}
