import { analyze, contentTerms, splitSentences } from "@parlance/language";
import type { Embedder } from "@parlance/ports";

export interface SentenceSupport {
  /** Highest cosine of the query and a sentence, 0 to 1. */
  cosine: number;
  /** Highest share of the query's content terms that one sentence holds, 0 to 1. */
  share: number;
}

/** Beyond this a sentence is a list or a table, and its vector says nothing in particular. */
const longestSentence = 600;

/**
 * How near single sentences come to a query. A passage that is about the same thing as the question resembles it as a whole even when it
 * does not answer it; a sentence that answers resembles it more than its passage does.
 */
export async function sentenceSupport(
  embedder: Embedder,
  query: string,
  { passages, signal }: { passages: readonly { text: string; language: string }[]; signal: AbortSignal },
): Promise<SentenceSupport> {
  const sentences = passages.flatMap(({ text, language }) =>
    splitSentences(text, language).map((sentence) => ({ text: sentence.text.slice(0, longestSentence), language })),
  );
  const texts = [query, ...sentences.map((sentence) => sentence.text)];
  const [asked, ...vectors] = await embedder.embed(texts, { priority: "interactive", signal });
  return {
    cosine: Math.max(0, ...vectors.map((vector) => dot(asked, vector))),
    share: Math.max(0, ...sentences.map((sentence) => shareOf(query, sentence))),
  };
}

function shareOf(query: string, sentence: { text: string; language: string }): number {
  const wanted = contentTerms(query, sentence.language);
  const held = new Set(analyze(sentence.text, sentence.language));
  return wanted.length === 0 ? 0 : wanted.filter((term) => held.has(term)).length / wanted.length;
}

/** Cosine of normalised vectors. */
function dot(a: Float32Array | undefined, b: Float32Array): number {
  return a === undefined ? 0 : a.reduce((sum, component, i) => sum + component * (b[i] ?? 0), 0);
}
