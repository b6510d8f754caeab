import type { PageElement } from "./page-surroundings.ts";

/** Writes what is said by signs alone as text: ticked boxes that nobody can change, icons with a name, and what fills a cell of a table. */
export function writeSigns(body: PageElement): void {
  for (const box of body.querySelectorAll("input[type=checkbox][disabled]"))
    replaceBy(box, box.hasAttribute("checked") ? "☑ " : "☐ ");
  for (const icon of body.querySelectorAll("i[aria-label], span[aria-label], svg[aria-label]")) {
    const label = labelOf(icon, "aria-label");
    const isRead = icon.closest("td, th, li, dd") !== null && icon.closest("a, button, nav") === null;
    if (isRead && label !== "" && (icon.textContent ?? "").trim() === "") replaceBy(icon, `${label} `);
  }
  for (const cell of body.querySelectorAll("td, th")) fillCell(cell);
}

/** A cell without a word is what its first sign says that says anything. */
function fillCell(cell: PageElement): void {
  if (cell.children.length === 0 || (cell.textContent ?? "").trim() !== "") return;
  // Selectors would be read anew for each of a hundred thousand cells.
  let left = mostLooked;
  const fill = (within: PageElement): boolean => {
    for (const sign of within.children) {
      if (left-- <= 0) return true;
      const meaning = labelOf(sign, "alt") || labelOf(sign, "title") || meaningOf(sign);
      if (meaning !== "") replaceBy(sign, meaning);
      if (meaning !== "" || fill(sign)) return true;
    }
    return false;
  };
  fill(cell);
}

const mostLooked = 20;

/** Longer ones describe a picture, and are no sign. */
const longestLabel = 80;

function labelOf(element: PageElement, name: string): string {
  const label = (element.getAttribute(name) ?? "").replaceAll(/\s+/g, " ").trim();
  return label.length <= longestLabel ? label : "";
}

const yes = /(?:^|[\s_-])(?:check|checkmark|tick|yes)(?:$|[\s_-])/i;
const no = /(?:^|[\s_-])(?:times|cross|xmark|x|close|remove|no)(?:$|[\s_-])/i;

/** Sets of icons name them alike: `fa-check`, `bi-x-lg`, `icon-close`. */
function meaningOf(element: PageElement): string {
  const names = element.getAttribute("class") ?? "";
  return yes.test(names) ? "✓" : no.test(names) ? "✗" : "";
}

function replaceBy(element: PageElement, text: string): void {
  const { ownerDocument } = element;
  if (ownerDocument !== null) element.replaceWith(ownerDocument.createTextNode(text));
}
