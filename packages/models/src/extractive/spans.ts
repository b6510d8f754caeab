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

/**
 * The sentence goes on in the next line: with a small letter, or with a word that had no room in a line as long as the others of its paragraph.
 */
function isWrapped(text: string, before: Span, next: number): boolean {
  const line = text.slice(before.start, before.end);
  const isBroken = /^[ \t]*\r?\n[ \t]*$/.test(text.slice(before.end, next));
  if (!isBroken || isClosed(line) || /[:;|]$/.test(line)) {
    return false;
  }
  // Its beginning tells: all of what may be joined of thousands of lines would be read for each of them.
  const goesOn = /^\p{Ll}/u.test(text.slice(next, next + 2)) && words(line.slice(0, longestBeginning)).length > 5;
  return goesOn || isFull(text, before.end, next);
}

/** Characters in which any line has six words that has so many. */
const longestBeginning = 500;
/** Lines of text that somebody wrapped are about as long as these, in characters. */
const narrowest = 50;
const widest = 120;

function isFull(text: string, end: number, next: number): boolean {
  const above = text.slice(lineStart(text, end), end);
  const below = text.slice(next, lineEnd(text, next));
  if (block.test(above) || block.test(below)) {
    return false;
  }
  const width = Math.max(above.length, below.length, ...neighbours(text, end));
  const [word = ""] = below.split(/\s/, 1);
  return above.length >= narrowest && width <= widest && above.length + 1 + word.length > width;
}

/** The lengths of the lines around an offset, as far as they are of one paragraph and near. */
function* neighbours(text: string, offset: number): Generator<number> {
  for (let end = lineStart(text, offset) - 1, left = nearLines; end > 0 && left > 0; left--) {
    const start = lineStart(text, end);
    if (text.slice(start, end).trim() === "") {
      break;
    }
    yield end - start;
    end = start - 1;
  }
  for (let start = lineEnd(text, offset) + 1, left = nearLines; start < text.length && left > 0; left--) {
    const end = lineEnd(text, start);
    if (text.slice(start, end).trim() === "") {
      break;
    }
    yield end - start;
    start = end + 1;
  }
}

const nearLines = 8;
/** Entries of lists, headings, rows, properties, and lines in a script without blanks, in which any word has room. */
const block =
  /^\s*(?:[-*+•·‣–#>|]|\d{1,3}[.)]\s|[^:\n]{1,40}:\s|.{0,40}[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])/u;

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end;
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
  return words(text).reduce((sum, word) => sum + (pair.test(word) ? 0.6 : 1), 0);
}

const pair = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々]{2}$/u;
