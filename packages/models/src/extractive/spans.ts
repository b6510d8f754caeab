import { splitSentences, words } from "@parlance/language";

/** UTF-16 offsets into a passage's text. */
export interface Span {
  start: number;
  end: number;
}

/** A span with what stands there. */
export interface Extract extends Span {
  text: string;
  /** What it takes to read, in words. */
  length: number;
}

const terminal = /[.!?…。！？।؟][\])}"'”’»*_]*$/u;
const listMarker = /^(?:[-*+•·‣–]\s+|\d{1,3}[.)]\s+|#{1,6}\s+|>\s+|\|\s*|(?:q|a|question|answer)\s*:\s+)+/iu;

/** Sentences and lines of a text; a line that was broken only because it was full is joined with the next. */
export function spansOf(text: string, language: string): Span[] {
  const joined: Span[] = [];
  for (const { start, end } of splitSentences(text, language)) {
    const last = joined.at(-1);
    if (last && isWrapped(text, last, start)) {
      last.end = end;
    } else {
      joined.push({ start, end });
    }
  }
  return joined;
}

/** The sentence goes on in the next line, with a small letter. */
function isWrapped(text: string, before: Span, next: number): boolean {
  const line = text.slice(before.start, before.end);
  const goesOn = /^[ \t]*\r?\n[ \t]*$/.test(text.slice(before.end, next)) && /^\p{Ll}/u.test(text.slice(next, next + 2));
  return goesOn && !isClosed(line) && !/[:;|]$/.test(line) && words(line).length > 5;
}

/** Whether a text ends as a sentence does. */
export function isClosed(text: string): boolean {
  // Only the end matters, and an expression that looks for it in a very long line would take quadratic time.
  return terminal.test(text.slice(-12));
}

/** The span without list marks, heading marks and the outer bars of a table's row. */
export function withoutMarkers(text: string, { start, end }: Span): Span {
  const raw = text.slice(start, end);
  const lead = listMarker.exec(raw)?.[0].length ?? 0;
  const tail = raw.endsWith("|") ? raw.length - raw.slice(0, -1).trimEnd().length : 0;
  return { start: Math.min(start + lead, end - tail), end: end - tail };
}

export function extract(text: string, { start, end }: Span): Extract {
  const part = text.slice(start, end);
  return { start, end, text: part, length: readingLength(part) };
}

/** Words; of a script that comes as pairs of characters, a pair counts as much as it says against an English word. */
function readingLength(text: string): number {
  return words(text).reduce((sum, word) => sum + (/^\p{Script=Han}{2}$/u.test(word) ? 0.6 : 1), 0);
}
