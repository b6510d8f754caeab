import type { NearTerm } from "./search-index.ts";

/** Letters that a stemmer may have taken off the end of the word that was meant. */
const longestEnding = 4;
/** Pairs of characters, and words that a dictionary parted: what is near to them by letters is another word. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const letters = /^[\p{L}\p{M}]+$/u;

/** How far a term lies from a word; see {@link nearnessTo}. */
export interface Nearness {
  edits: number;
  /** Letters at the end of the word that the term does without. */
  ending: number;
}

/** Edits within which a word may be a misspelling: none below four letters, two from eight on. Words with digits are never misspelt. */
export function mostEdits(word: string): 0 | 1 | 2 {
  if (word.length < 4 || !letters.test(word) || unspaced.test(word)) return 0;
  return word.length < 8 ? 1 : 2;
}

/**
 * Tells of any term how near it is to a misspelt word, undefined if it is not; all adapters of `SearchIndex` go by it. Terms may be stems, so
 * that a term is compared with every beginning of the word that leaves out at most four letters. The first letter is as typed, or is changed
 * for the second: it is seldom wrong, and whoever looks terms up by it need not look at all of them.
 */
export function nearnessTo(word: string): (term: string) => Nearness | undefined {
  const allowed = mostEdits(word);
  const bits = letterBits(word);
  return (term) => {
    // Two edits would make any short stem of any other.
    const limit = Math.min(allowed, term.length < 5 ? 1 : 2);
    if (limit === 0 || term.length < 3 || term.length > word.length + limit || !mayBegin(word, term)) return undefined;
    if (term.length + limit < word.length - longestEnding || moreThan(limit, letterBits(term) & ~bits)) return undefined;
    if (!letters.test(term)) return undefined;
    const distances = editsToBeginnings(term, word);
    let found: Nearness | undefined;
    for (let ending = 0; ending <= Math.min(longestEnding, word.length - 1); ending++) {
      const edits = distances[word.length - ending] ?? Number.POSITIVE_INFINITY;
      if (edits <= Math.min(limit, (found?.edits ?? limit + 1) - 1)) found = { edits, ending };
    }
    return found;
  };
}

/** Letters with which a term near to the word may begin. */
export function firstLetters(word: string): string[] {
  return [...new Set([word.charAt(0), word.charAt(1)])];
}

/** How many edits make one word of the other: a letter put in, left out or replaced, or two neighbours changed for each other. */
export function editsBetween(from: string, to: string): number {
  return editsToBeginnings(from, to)[to.length] ?? 0;
}

/** The nearest, of equals the one with less of an ending, then the more frequent one, then by the alphabet. At most `limit`. */
export function nearestTerms<T extends Pick<NearTerm, "term"> & Nearness & { chunks: number }>(
  found: readonly T[],
  limit: number,
): T[] {
  return found
    .toSorted((a, b) => a.edits - b.edits || a.ending - b.ending || b.chunks - a.chunks || (a.term < b.term ? -1 : 1))
    .slice(0, limit);
}

function mayBegin(word: string, term: string): boolean {
  if (word.charCodeAt(0) === term.charCodeAt(0)) return true;
  return word.charCodeAt(1) === term.charCodeAt(0) && word.charCodeAt(0) === term.charCodeAt(1);
}

/** Each letter of the term that the word does not have costs an edit; 32 bits of letters rule out most terms at once. */
function moreThan(limit: number, missing: number): boolean {
  let rest = missing;
  for (let count = 0; rest !== 0; rest &= rest - 1) if (++count > limit) return true;
  return false;
}

function letterBits(text: string): number {
  let bits = 0;
  for (let at = 0; at < text.length; at++) bits |= 1 << (text.charCodeAt(at) & 31);
  return bits;
}

/**
 * Edits from `from` to each beginning of `to`, by its length: the last row of the table of optimal string alignment, which is the
 * distance of Damerau and Levenshtein without edits inside of a swap. Lengths are in UTF-16 units.
 */
function editsToBeginnings(from: string, to: string): Uint16Array {
  const width = to.length + 1;
  let before = new Uint16Array(width);
  let last = Uint16Array.from({ length: width }, (_, index) => index);
  let row = new Uint16Array(width);
  for (let i = 1; i <= from.length; i++) {
    row[0] = i;
    for (let j = 1; j < width; j++) {
      const same = from.charCodeAt(i - 1) === to.charCodeAt(j - 1);
      let edits = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped =
        i > 1 && j > 1 && from.charCodeAt(i - 1) === to.charCodeAt(j - 2) && from.charCodeAt(i - 2) === to.charCodeAt(j - 1);
      if (swapped) edits = Math.min(edits, (before[j - 2] ?? 0) + 1);
      row[j] = edits;
    }
    [before, last, row] = [last, row, before];
  }
  return last;
}
