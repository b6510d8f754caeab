import type { PdfLine } from "./pdf-lines.ts";

/** Shorter documents have none that could be told from text. */
const leastPages = 3;
/** Share of the pages that must have it. */
const leastShare = 0.4;

/** Pages without the lines that stand at the head or foot of many of them: the document's name, the number of the page. */
export function withoutRunningLines(pages: readonly (readonly PdfLine[])[]): (readonly PdfLine[])[] {
  if (pages.length < leastPages) return [...pages];
  const counts = new Map<string, number>();
  for (const page of pages) {
    for (const key of new Set(outer(page).map(keyOf))) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const least = Math.max(leastPages, pages.length * leastShare);
  return pages.map((page) => {
    const running = new Set(outer(page).filter((line) => (counts.get(keyOf(line)) ?? 0) >= least));
    return running.size === 0 ? page : page.filter((line) => !running.has(line));
  });
}

/** The two highest lines of a page and the two lowest. */
function outer(page: readonly PdfLine[]): PdfLine[] {
  const byHeight = page.toSorted((a, b) => b.y - a.y);
  return byHeight.length <= 4 ? byHeight : [...byHeight.slice(0, 2), ...byHeight.slice(-2)];
}

/** Alike are lines at one height with one text; of a line with hardly any letters, such as a page's number, whatever its digits. */
function keyOf({ text, y }: PdfLine): string {
  const letters = text.replaceAll(/[^\p{L}]/gu, "").length;
  return `${Math.round(y)} ${letters <= 12 ? text.replaceAll(/\p{N}+/gu, "#") : text}`;
}
