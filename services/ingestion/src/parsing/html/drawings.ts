import type { PageElement } from "./page-surroundings.ts";

/** Writes what drawings say as text, line by line, such as the rooms on a plan; figures alone are the marks of an axis. */
export function writeDrawings(body: PageElement): void {
  for (const drawing of body.querySelectorAll("svg")) {
    const { ownerDocument } = drawing;
    if (ownerDocument === null || drawing.closest("a, button, [aria-hidden='true'], [hidden]") !== null) continue;
    const lines = new Set(labelsOf(drawing));
    if (lines.size === 0) continue;
    const text = ownerDocument.createElement("span");
    for (const line of lines) text.append(ownerDocument.createElement("br"), ownerDocument.createTextNode(line));
    drawing.replaceWith(text);
  }
}

/** In one drawing. */
const mostLabels = 500;

function labelsOf(drawing: PageElement): string[] {
  return [...drawing.querySelectorAll("text, foreignObject")]
    .slice(0, mostLabels)
    .filter((label) => label.closest("defs, symbol, [display=none]") === null)
    .map((label) => (label.textContent ?? "").replaceAll(/\s+/g, " ").trim())
    .filter((label) => /\p{L}{2}/u.test(label));
}
