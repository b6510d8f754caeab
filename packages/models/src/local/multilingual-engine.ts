import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { normalize, type TextEngine } from "./engine.ts";
import { buildMultilingualGraph, tokenWidth } from "./multilingual-graph.ts";
import { readSafetensors } from "./safetensors.ts";
import { createTokenVectors } from "./token-vectors.ts";
import { createUnigram } from "./unigram.ts";

const fileOf = (name: string): string => fileURLToPath(new URL(`../../multilingual/${name}`, import.meta.url));
/** Marks of the model's vocabulary. */
const beginning = 1;
const end = 2;
/** Tokens are added up, so that what a still longer text says would be lost in the sum. */
const maxTokens = 512;
/** More than they can be made of, for no piece has more than sixteen. */
const maxCharacters = 16 * maxTokens;

/**
 * Loads the model that knows fifteen languages into onnxruntime.
 *
 * @throws Error when onnxruntime does not load here
 */
export async function openMultilingualEngine(): Promise<TextEngine> {
  const [runtime, file, vocabulary] = await Promise.all([
    import("onnxruntime-node"),
    readFile(fileOf("weights.safetensors")),
    readFile(fileOf("vocabulary.tsv"), "utf8"),
  ]);
  const tokenize = createUnigram(vocabulary);
  const weights = readSafetensors(file);
  const vectorsOf = createTokenVectors(weights);
  const session = await runtime.InferenceSession.create(buildMultilingualGraph(weights), {
    // One thread: the scheduler decides how many cores work, and for whom.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: "basic",
  });
  const embed = async (text: string): Promise<Float32Array> => {
    const ids = [beginning, ...tokenize(text.slice(0, maxCharacters)).slice(0, maxTokens - 2), end];
    const tokens = new runtime.Tensor("float32", vectorsOf(ids), [ids.length, tokenWidth]);
    const { sentence } = await session.run({ tokens });
    return normalize(Float32Array.from(sentence?.data as Float32Array));
  };
  return { name: "native", embed };
}
