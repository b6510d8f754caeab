/**
 * How much of a question a chunk speaks about: the share of the question's content terms that the chunk holds, 0 to 1, each weighted by
 * `ln(1 + (N - df + 0.5) / (df + 0.5))` over the chatbot's chunks. A term that no chunk holds counts fully, because it is what
 * the knowledge is missing.
 */
export function termShare(
  contentTerms: readonly string[],
  matched: ReadonlySet<string>,
  statistics: { chunkCount: number; documentFrequency: ReadonlyMap<string, number> },
): number {
  let held = 0;
  let all = 0;
  for (const term of contentTerms) {
    const frequency = statistics.documentFrequency.get(term) ?? 0;
    const weight = Math.log(1 + (Math.max(statistics.chunkCount, frequency) - frequency + 0.5) / (frequency + 0.5));
    all += weight;
    if (matched.has(term)) held += weight;
  }
  return all === 0 ? 0 : held / all;
}
