import { analyze, contentTerms, heldUnits, splitSentences, type Spoken } from "@parlance/language";
import { ModelUnavailableError, type Embedder } from "@parlance/ports";

export interface SentenceSupport {
  /** Highest cosine of the query and a sentence, 0 to 1. */
  cosine: number;
  /** Highest share of the query's content terms that one sentence holds, 0 to 1. */
  share: number;
}

interface Text {
  text: string;
  /** ISO 639-1, empty if unknown. */
  language: string;
}

/** Beyond this a sentence is a list or a table, and its vector says nothing in particular. */
const longestSentence = 600;
/** Sentences of a passage that are worth an embedding when passages are compared. */
const mostPromising = 6;
/** The same of one whose sentences all are looked at: more than a usual passage has. Products and Q&As may be thousands of lines. */
const mostLookedAt = 200;

/**
 * How near single sentences come to a query. A passage that is about the same thing as the question resembles it as a whole even when it
 * does not answer it; a sentence that answers resembles it more than its passage does.
 */
export async function sentenceSupport(
  embedder: Embedder,
  query: string,
  { passages, reading, signal }: { passages: readonly Text[]; reading: Spoken["reading"]; signal: AbortSignal },
): Promise<SentenceSupport> {
  const sentences = passages.flatMap((passage) => sharesOf(query, passage).slice(0, mostLookedAt));
  const texts = [query, ...sentences.map(({ text }) => text)];
  const [asked, ...vectors] = await embedder.embed(texts, { priority: "interactive", reading, signal });
  return {
    cosine: Math.max(0, ...vectors.map((vector) => dot(asked, vector))),
    share: Math.max(0, ...sentences.map(({ share }) => share)),
  };
}

/**
 * Highest cosine, 0 to 1, of a vector and one of the six sentences of a passage that `coverage` says most of; 0 while the model is away. The
 * sentences are embedded as {@link sentenceSupport} embeds them, so an embedder that keeps vectors computes each of them once.
 */
export async function nearestSentence(
  embedder: Embedder,
  asked: {
    vector: Float32Array | undefined;
    reading: Spoken["reading"];
    coverage: (terms: ReadonlySet<string>) => number;
    signal?: AbortSignal | undefined;
  },
  passage: Text,
): Promise<number> {
  const { vector, reading, coverage, signal } = asked;
  const texts = sentencesOf(passage)
    .map(({ text, language }) => ({ text, covers: coverage(new Set(heldUnits(text, language))) }))
    .toSorted((a, b) => b.covers - a.covers)
    .slice(0, mostPromising)
    .map(({ text }) => text);
  try {
    const vectors = await embedder.embed(texts, { priority: "interactive", reading, ...(signal && { signal }) });
    return Math.max(0, ...vectors.map((sentence) => dot(vector, sentence)));
  } catch (error) {
    if (error instanceof ModelUnavailableError) return 0;
    throw error;
  }
}

function sentencesOf({ text, language }: Text): Text[] {
  return splitSentences(text, language).map((sentence) => ({ text: sentence.text.slice(0, longestSentence), language }));
}

/** The sentences of a passage with the share of the query's content terms that each holds, the highest first. */
function sharesOf(query: string, passage: Text): { text: string; share: number }[] {
  const wanted = contentTerms(query, passage.language);
  const shares = sentencesOf(passage).map(({ text, language }) => {
    const held = wanted.length === 0 ? undefined : new Set(analyze(text, language));
    return { text, share: held === undefined ? 0 : wanted.filter((term) => held.has(term)).length / wanted.length };
  });
  return shares.toSorted((one, other) => other.share - one.share);
}

/** Cosine of normalised vectors. */
function dot(a: Float32Array | undefined, b: Float32Array): number {
  return a === undefined ? 0 : a.reduce((sum, component, i) => sum + component * (b[i] ?? 0), 0);
}
