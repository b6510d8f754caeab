import { splitSentences } from "@parlance/language";
import { advance, measure } from "./text-measure.ts";

export interface Range {
  start: number;
  end: number;
}

export interface SplitOptions {
  /** Largest measure of a piece. */
  limit: number;
  /** About how much of a piece is repeated at the beginning of the next. */
  overlap: number;
  /** ISO 639-1, empty if unknown; decides what ends a sentence. */
  language: string;
}

/**
 * Cuts prose that is too long for one chunk at sentence ends, each piece repeating the end of the one before; a sentence that is too long
 * by itself is cut between words, and a word without end anywhere. Looks at one window of about the limit at a time: linear time.
 */
export function* splitProse(text: string, range: Range, options: SplitOptions): Generator<Range> {
  let start = range.start;
  let covered = range.start;
  for (;;) {
    const reach = advance(text, { start, end: range.end }, options.limit);
    if (reach === range.end) return yield { start, end: range.end };
    const cut = bestCut(text, { start, reach, end: range.end }, options);
    if (cut.end <= covered) {
      // The repeated beginning left no room for the next sentence: go on without repeating.
      start = skipBlank(text, covered, range.end);
      continue;
    }
    yield { start, end: cut.end };
    covered = cut.end;
    start = cut.next;
  }
}

/** Cuts lists, tables and code between lines; a line that is too long by itself is cut as prose is. */
export function* splitLines(text: string, range: Range, options: SplitOptions): Generator<Range> {
  let piece: (Range & { size: number }) | undefined;
  for (let start = range.start; start < range.end;) {
    const feed = text.indexOf("\n", start);
    const end = feed === -1 || feed > range.end ? range.end : feed;
    const size = measure(text, { start: piece?.end ?? start, end }, options.limit);
    if (piece !== undefined && piece.size + size <= options.limit) piece = { start: piece.start, end, size: piece.size + size };
    else {
      if (piece !== undefined) yield piece;
      const own = measure(text, { start, end }, options.limit);
      piece = own <= options.limit ? { start, end, size: own } : undefined;
      if (piece === undefined) yield* splitProse(text, { start, end }, options);
    }
    start = end + 1;
  }
  if (piece !== undefined) yield piece;
}

/** How far behind the reach the text is read, so that a sentence that ends just there is recognised. */
const lookAhead = 80;

function bestCut(
  text: string,
  at: { start: number; reach: number; end: number },
  options: SplitOptions,
): { end: number; next: number } {
  // A sentence goes on in the next line of a paragraph, where Unicode's rules would end it.
  const window = text.slice(at.start, Math.min(at.end, at.reach + lookAhead)).replaceAll(/[\r\n]/g, " ");
  const sentences = splitSentences(window, options.language);
  const wanted = options.overlap + options.overlap / 3;
  for (let i = sentences.length - 2; i >= 0; i--) {
    const end = at.start + (sentences[i]?.end ?? 0);
    if (end > at.reach) continue;
    let next = at.start + (sentences[i + 1]?.start ?? 0);
    for (let j = i; j > 0; j--) {
      const candidate = at.start + (sentences[j]?.start ?? 0);
      if (measure(text, { start: candidate, end }, wanted) > wanted) break;
      next = candidate;
    }
    return { end, next };
  }
  return cutBetweenWords(text, at, options);
}

function cutBetweenWords(text: string, at: { start: number; reach: number }, options: SplitOptions): { end: number; next: number } {
  const half = at.start + Math.ceil((at.reach - at.start) / 2);
  const end = lastBlank(text, half, at.reach) ?? wholeCharacter(text, half, at.reach);
  let back = end;
  for (let weight = 0; back > half && weight < options.overlap; back--) weight += measure(text, { start: back - 1, end: back });
  const blank = lastBlank(text, back, Math.min(back + options.overlap / 2, end - 1));
  return { end, next: blank === undefined ? wholeCharacter(text, at.start + 1, back) : skipBlank(text, blank, end) };
}

function lastBlank(text: string, from: number, to: number): number | undefined {
  for (let i = Math.floor(to); i > from; i--) if (/\s/.test(text.charAt(i))) return i;
  return undefined;
}

function skipBlank(text: string, from: number, end: number): number {
  let i = from;
  while (i < end && /\s/.test(text.charAt(i))) i++;
  return i;
}

/** Moves an index back out of a surrogate pair or from in front of combining marks and joiners, but not before `least`. */
function wholeCharacter(text: string, least: number, index: number): number {
  for (let i = index; i > least && i > index - 24; i--) {
    const unit = text.charCodeAt(i);
    const inPair = unit >= 0xdc00 && unit <= 0xdfff;
    const joined = unit === 0x200d || text.charCodeAt(i - 1) === 0x200d || /\p{M}/u.test(text.charAt(i));
    if (!inPair && !joined) return i;
  }
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff ? index - 1 : index;
}
