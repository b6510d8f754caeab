/**
 * Length of a part of a text as the embedder feels it: one for each code point, four for a character of Chinese, Japanese or Korean,
 * which is a word piece of its own. So 1,000 of them stay under the 254 word pieces that the local model reads.
 * Stops counting above `cap`, so that the length of a very long part costs no more than that of a short one.
 */
export function measure(text: string, range: { start: number; end: number }, cap = Number.POSITIVE_INFINITY): number {
  let total = 0;
  for (let i = range.start; i < range.end && total <= cap; i++) total += weightAt(text, i);
  return total;
}

/** The furthest index up to `end` that keeps what lies from `start` to it within `budget`; always past the first character. */
export function advance(text: string, range: { start: number; end: number }, budget: number): number {
  let total = 0;
  let i = range.start;
  while (i < range.end) {
    total += weightAt(text, i);
    if (total > budget && i > range.start) break;
    i++;
    if (isLowSurrogate(text.charCodeAt(i)) && isHighSurrogate(text.charCodeAt(i - 1))) i++;
  }
  return Math.min(i, range.end);
}

/** Code points from one UTF-16 index to another. */
export function codePoints(text: string, start: number, end: number): number {
  let count = end - start;
  for (let i = start + 1; i < end; i++) {
    if (isLowSurrogate(text.charCodeAt(i)) && isHighSurrogate(text.charCodeAt(i - 1))) count--;
  }
  return count;
}

const wide = 4;

function weightAt(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  if (unit < 0x1100) return 1;
  if (isLowSurrogate(unit) && index > 0 && isHighSurrogate(text.charCodeAt(index - 1))) return 0;
  // Planes 2 and 3 hold nothing but Han characters.
  if (unit >= 0xd840 && unit <= 0xd8bf) return wide;
  return isWide(unit) ? wide : 1;
}

/** Hangul, Han, kana and their full-width punctuation. */
function isWide(unit: number): boolean {
  return (
    unit <= 0x11ff ||
    (unit >= 0x2e80 && unit <= 0xa4cf) ||
    (unit >= 0xac00 && unit <= 0xd7ff) ||
    (unit >= 0xf900 && unit <= 0xfaff) ||
    (unit >= 0xff00 && unit <= 0xffef)
  );
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
