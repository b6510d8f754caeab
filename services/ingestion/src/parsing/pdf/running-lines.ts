import type { PdfLine } from "./pdf-text.ts";

/** Shorter documents have none that could be told from text. */
const leastPages = 3;
/** Share of the pages that must have it. */
const leastShare = 0.4;

/**
 * Pages without the lines that stand at the head or foot of many of them: numbers of pages are left out everywhere, and what is said again
 * and again, such as a name or a telephone number, is said once.
 */
export function withoutRunningLines(pages: readonly (readonly PdfLine[])[], bodySize: number): (readonly PdfLine[])[] {
  if (pages.length < leastPages) return [...pages];
  const keys = pages.map((page, index) => new Map(outer(page).map((line) => [line, keysOf(line, index, bodySize)])));
  const counts = new Map<string, number>();
  for (const ofPage of keys) {
    for (const key of new Set([...ofPage.values()].flat())) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const least = Math.max(leastPages, pages.length * leastShare);
  const isRunning = (key: string) => (counts.get(key) ?? 0) >= least;
  const said = new Set<string>();
  return pages.map((page, index) =>
    page.filter((line) => {
      const [same = "", ...numbered] = keys[index]?.get(line) ?? [];
      if (numbered.some(isRunning)) return false;
      if (same === "" || !isRunning(same)) return true;
      const isFirst = !said.has(same) && /\p{L}/u.test(line.text);
      said.add(same);
      return isFirst;
    }),
  );
}

/** The two highest lines of a page and the two lowest. */
function outer(page: readonly PdfLine[]): PdfLine[] {
  const byHeight = page.toSorted((a, b) => b.y - a.y);
  return byHeight.length <= 4 ? byHeight : [...byHeight.slice(0, 2), ...byHeight.slice(-2)];
}

/** Numbers of pages are no larger than the text. */
const largest = 1.1;
/** Letters in a line that may hold a page's number anywhere, and in one that begins or ends with it. */
const mostLetters = { anywhere: 12, atEnd: 60 };
const mostNumbers = 4;

/**
 * Alike are lines at one height with one text, and those with one text but for one number that grows by one from page to page: any other
 * number says something of its own, such as the price of what the page shows.
 */
function keysOf({ text, y, size }: PdfLine, page: number, bodySize: number): string[] {
  const place = `${Math.round(y)} ${Math.round(size)}`;
  const trimmed = text.trim();
  const letters = trimmed.replaceAll(/[^\p{L}]/gu, "").length;
  if (letters > mostLetters.atEnd || size > bodySize * largest) return [`${place} ${trimmed}`];
  const numbers = [...trimmed.matchAll(/\d{1,5}/g)].slice(0, mostNumbers).flatMap(({ 0: digits, index }) => {
    const [before, after] = [trimmed.slice(0, index), trimmed.slice(index + digits.length)];
    const isPlace = letters <= mostLetters.anywhere || before === "" || !/[\p{L}\p{N}]/u.test(after);
    return isPlace ? [`${place} ${Number(digits) - page} ${before}#${after}`] : [];
  });
  return [`${place} ${trimmed}`, ...numbers];
}
