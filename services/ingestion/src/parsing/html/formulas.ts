import type { PageElement } from "./page-surroundings.ts";

/** Writes each formula as text in one line, and once: what it is in TeX stands in it, too, for other readers. */
export function writeFormulas(body: PageElement): void {
  for (const formula of body.querySelectorAll("math")) {
    const { ownerDocument } = formula;
    if (ownerDocument !== null) formula.replaceWith(ownerDocument.createTextNode(written(formula)));
  }
}

function written(element: PageElement): string {
  const name = element.localName.toLowerCase();
  if (name === "annotation" || name === "annotation-xml") return "";
  const parts = [...element.children].map(written);
  const [first = "", second = "", third = ""] = parts;
  if (name === "msqrt") return `√${grouped(parts.join(""))}`;
  if (parts.length >= 2) {
    if (name === "mfrac") return `${grouped(first)}/${grouped(second)}`;
    if (name === "msup" || name === "mover") return `${first}^${grouped(second)}`;
    if (name === "msub" || name === "munder") return `${first}_${grouped(second)}`;
    if (name === "msubsup" || name === "munderover") return `${first}_${grouped(second)}^${grouped(third)}`;
    if (name === "mroot") return `${grouped(first)}^(1/${second})`;
  }
  if (name === "mtr") return `${parts.join(", ")}; `;
  return parts.length > 0 ? parts.join("") : (element.textContent ?? "").replaceAll(/[\s\u2061-\u2064]+/g, " ").trim();
}

/** What is more than one number or name is put in brackets. */
function grouped(part: string): string {
  return /^(?:[\p{L}\p{M}]|[\p{N}.,]+)?$/u.test(part) || /^\([^()]*\)$/.test(part) ? part : `(${part})`;
}
