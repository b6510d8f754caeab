import type { PageElement } from "./page-surroundings.ts";

const hidden = "[hidden], [aria-hidden='true'], [style*='display']";
/** What opens over a page or leads through it is no text of the page. */
const neverText = "dialog, nav, menu, [role=dialog], [role=alertdialog], [role=menu], [role=listbox], [role=tooltip]";
const foldedName = /accordion|collaps|faq|question|answer|disclos|expand|toggle|\btab/i;

/**
 * Makes text that a visitor can open plain text: answers below their questions, panels of tabs. What opens them becomes text, too, where it
 * says what is in them. All else that is hidden is removed, but what styles hide, since scripts may show it.
 */
export function unfold(body: PageElement): void {
  const controlled = idsControlled(body);
  const openers = new Set([...body.querySelectorAll("button")].filter(isOpener));
  const all = [...body.querySelectorAll(`${hidden}, dialog`)];
  const folded = new Set(all.filter((element) => isFolded(element, { controlled, openers })));
  for (const element of all) {
    if (folded.has(element)) show(element);
    else if (element.matches("[hidden], [aria-hidden='true'], dialog")) element.remove();
  }
  for (const opener of openers) toText(opener);
}

function idsControlled(body: PageElement): Set<string> {
  const ids = new Set<string>();
  for (const element of body.querySelectorAll("[aria-controls], [data-target], [data-bs-target], [href^='#']")) {
    if (element.closest(neverText) !== null || element.hasAttribute("aria-haspopup")) continue;
    for (const name of ["aria-controls", "data-target", "data-bs-target", "href"]) {
      for (const id of (element.getAttribute(name) ?? "").split(/\s+/)) ids.add(id.replace(/^#/, ""));
    }
  }
  return ids.difference(new Set([""]));
}

/** Of all buttons, those that say what they show. */
function isOpener(button: PageElement): boolean {
  if (button.hasAttribute("aria-haspopup") || (button.textContent ?? "").trim() === "") return false;
  if (button.closest("h1, h2, h3, h4, h5, h6, dt, summary") !== null) return true;
  const isNamed = foldedName.test(`${button.className} ${button.parentElement?.className ?? ""}`);
  const opens = ["aria-expanded", "aria-controls", "data-target", "data-bs-target"].some((name) => button.hasAttribute(name));
  return isNamed || opens || button.getAttribute("role") === "tab" || /[?？؟]\s*$/.test(button.textContent ?? "");
}

interface Page {
  controlled: ReadonlySet<string>;
  openers: ReadonlySet<PageElement>;
}

function isFolded(element: PageElement, { controlled, openers }: Page): boolean {
  if (element.matches(`${neverText}, span, i, b, a, svg, img, button`)) return false;
  if (element.getAttribute("hidden") === "until-found" || element.getAttribute("role") === "tabpanel") return true;
  if (controlled.has(element.id) || foldedName.test(`${element.className} ${element.parentElement?.className ?? ""}`)) return true;
  const { previousElementSibling: before } = element;
  return before !== null && (openers.has(before) || [...before.querySelectorAll("button")].some((button) => openers.has(button)));
}

/** Other readers pass over what is marked as hidden. */
function show(element: PageElement): void {
  for (const name of ["hidden", "aria-hidden", "style"]) element.removeAttribute(name);
}

function toText(button: PageElement): void {
  const { ownerDocument } = button;
  if (ownerDocument === null) return;
  const isInline = button.closest("h1, h2, h3, h4, h5, h6, dt, summary, p") !== null;
  const text = ownerDocument.createElement(isInline ? "span" : "p");
  text.append(...button.childNodes);
  button.replaceWith(text);
}
