/** White space, case, and forms of the same character do not make two texts different. */
export function normalise(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

/**
 * Ranks at which the relevant paragraph appears among retrieved chunks, from 1; undefined when it does not. Chunks of one other paragraph
 * count once, so that a paragraph cut in two takes no more places than one that was not.
 */
export function rankOf(snippets: readonly string[], relevant: string, others: readonly string[]): number | undefined {
  const wanted = normalise(relevant);
  const seen = new Set<string>();
  for (const snippet of snippets) {
    const text = normalise(snippet);
    if (overlaps(text, wanted)) return seen.size + 1;
    seen.add(others.find((other) => overlaps(text, other)) ?? text);
  }
  return undefined;
}

/** True when one holds the other, or the chunk's middle stands in the paragraph. `paragraph` is normalised. */
function overlaps(chunk: string, paragraph: string): boolean {
  if (paragraph.includes(chunk) || chunk.includes(paragraph)) return true;
  const third = Math.floor(chunk.length / 3);
  return paragraph.includes(chunk.slice(third, 2 * third));
}

export function holdsAnswer(answer: string, spans: readonly string[]): boolean {
  const text = normalise(answer);
  return spans.some((span) => text.includes(normalise(span)));
}

/** Words by Unicode's rules, so that languages without spaces are counted, too. */
export function countWords(text: string, language: string): number {
  let words = 0;
  for (const part of new Intl.Segmenter(language, { granularity: "word" }).segment(text)) if (part.isWordLike === true) words += 1;
  return words;
}

export class Mean {
  #sum = 0;
  #count = 0;

  add(value: number | boolean): void {
    this.#sum += Number(value);
    this.#count += 1;
  }

  get value(): number {
    return this.#count === 0 ? Number.NaN : this.#sum / this.#count;
  }
}
