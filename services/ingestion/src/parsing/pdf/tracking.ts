import type { TextItem } from "./pdf-text.ts";

const letter = String.raw`[\p{L}\p{N}]\p{M}*`;
/** Letters with blanks between them, which a reader takes for words when they are set far apart; a word in its own item. */
const spaced = new RegExp(String.raw`^(?=.*\p{L}|\d \d \d \d$)${letter}(?: ${letter})+(?: ?[.,:;!?])?$`, "u");
/** Fewer, and no longer word beside them, may be what was written: marks of a school, initials. */
const surely = 4;
/** More are several words, of which nobody knows where they end. */
const mostLetters = 20;

/** Words that were set with space between their letters, as titles are, are words again. */
export function withoutTracking(items: readonly TextItem[]): readonly TextItem[] {
  const counts = items.map(({ str }) => (str.length < 3 * mostLetters && spaced.test(str) ? str.split(" ").length : 0));
  if (!counts.some((count) => count >= surely)) return items;
  const lines = new Set(items.filter((_, i) => isSure(counts[i] ?? 0)).map(lineOf));
  return items.map((item, i) => {
    const count = counts[i] ?? 0;
    const isTracked = isSure(count) || (count > 0 && count < surely && lines.has(lineOf(item)));
    return isTracked ? { ...item, str: item.str.replaceAll(" ", "") } : item;
  });
}

function isSure(letters: number): boolean {
  return letters >= surely && letters <= mostLetters;
}

/** Of the same height and size. */
function lineOf({ transform }: TextItem): string {
  return `${Math.round(transform[5] ?? 0)} ${Math.round((transform[0] ?? 0) * 10)}`;
}
