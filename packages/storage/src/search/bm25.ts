const k1 = 1.2;
const b = 0.75;

/**
 * One term's share of a chunk's Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009).
 * `frequency` is how often the chunk holds the term, `length` and `meanLength` are counted in terms.
 */
export function bm25Share(idf: number, frequency: number, length: number, meanLength: number): number {
  const saturation = frequency + k1 * (1 - b + (b * length) / meanLength);
  return (idf * frequency * (k1 + 1)) / saturation;
}

/** Inverse document frequency as Lucene has it: never negative, so that a word of most chunks still counts a little. */
export function inverseDocumentFrequency(chunkCount: number, documentFrequency: number): number {
  return Math.log(1 + (chunkCount - documentFrequency + 0.5) / (documentFrequency + 0.5));
}
