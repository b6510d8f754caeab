import { type Extract, extract, type Span } from "./spans.ts";

/** A part of a sentence; the marks say that words of the same sentence stand before or after it. */
export interface Clause extends Extract {
  cutBefore: boolean;
  cutAfter: boolean;
}

/** Words of a clause after which no other is joined to it. */
const clauseWords = 40;
/** A comma within a number ends nothing; the full-width ones need no space. */
const clauseEnd = /(?:[,;:](?=\s)|[，；：、]|\s[—–-](?=\s))\s*/gu;
const trailing = /[\s,;:，；：、—–-]+$/u;

/** The span as it is or, when it is longer than `longest` words, in clauses of at most forty words where commas allow it. */
export function splitLong(text: string, span: Span, longest: number): Clause[] {
  const whole = extract(text, span);
  if (whole.length <= longest) {
    return [{ ...whole, cutBefore: false, cutAfter: false }];
  }
  const parts: Extract[] = [];
  for (const piece of pieces(whole.text)) {
    const next = extract(text, { start: span.start + piece.start, end: span.start + piece.end });
    const last = parts.at(-1);
    if (last && last.length + next.length <= clauseWords) {
      parts[parts.length - 1] = extract(text, { start: last.start, end: next.end });
    } else if (next.length > 0) {
      parts.push(next);
    }
  }
  return parts.map((part, index) => {
    const cutAfter = index < parts.length - 1;
    const shown = cutAfter ? part.text.replace(trailing, "") : part.text;
    return { ...part, end: part.start + shown.length, text: shown, cutBefore: index > 0, cutAfter };
  });
}

/** What stands between commas and the like; where none stand, every thirty words, and in text without spaces every 80 characters. */
function* pieces(text: string): Generator<Span> {
  let start = 0;
  for (const { index, 0: mark } of [...text.matchAll(clauseEnd), { index: text.length, 0: "" }]) {
    for (const run of text.slice(start, index + mark.length).match(/(?:\S{1,80}\s*){1,30}/gu) ?? []) {
      yield { start, end: start + run.trimEnd().length };
      start += run.length;
    }
    start = index + mark.length;
  }
}
