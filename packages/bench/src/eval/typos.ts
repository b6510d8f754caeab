/** A generator of the same numbers for the same seed, 0 to 1 (mulberry32, Tommy Ettinger, public domain). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Misspells words of at least four letters as hands do: two letters swapped, one left out, one doubled, or one replaced. */
export function withTypos(question: string, count: number, random: () => number): string {
  const parts = question.split(/(\s+)/);
  const candidates = parts.flatMap((part, index) => ((part.match(/\p{L}/gu)?.length ?? 0) >= 4 ? [index] : []));
  for (let made = 0; made < count && candidates.length > 0; made++) {
    const [index] = candidates.splice(Math.floor(random() * candidates.length), 1);
    if (index !== undefined) parts[index] = misspell(parts[index] ?? "", random);
  }
  return parts.join("");
}

function misspell(word: string, random: () => number): string {
  const letters = Array.from(word);
  // The first letter is seldom mistyped, and the last may be a punctuation mark.
  const at = 1 + Math.floor(random() * Math.max(1, letters.length - 3));
  const letter = letters[at] ?? "";
  const kind = Math.floor(random() * 4);
  if (kind === 0) letters.splice(at, 2, letters[at + 1] ?? "", letter);
  else if (kind === 1) letters.splice(at, 1);
  else if (kind === 2) letters.splice(at, 0, letter);
  else letters.splice(at, 1, "etaoin"[Math.floor(random() * 6)] ?? "e");
  return letters.join("");
}
