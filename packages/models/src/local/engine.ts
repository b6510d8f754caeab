/** What turns one text into one vector inside a worker process. */
export interface TextEngine {
  readonly name: EngineName;
  /** One L2-normalised vector: 384 numbers of the English model, which sees the first 256 tokens, 191 of the multilingual one. */
  embed(text: string): Promise<Float32Array>;
}

/** `native` is onnxruntime on the processor's own instructions, `wasm` the portable build that is always there. */
export type EngineName = "native" | "wasm";

/** Which engine serves, and why not the faster one if it does not. */
export interface EngineChoice {
  engine: EngineName;
  reason?: string;
}

export const englishDimension = 384;
/** Word pieces that the English model sees, the two marks at the ends included. */
export const maxTokens = 256;

/** Divides by the Euclidean norm, in place. A zero vector stays as it is. */
export function normalize(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) {
    squares += value * value;
  }
  const norm = Math.sqrt(squares);
  if (norm > 0) {
    for (let index = 0; index < vector.length; index += 1) {
      vector[index] = (vector[index] ?? 0) / norm;
    }
  }
  return vector;
}

/** Inner product; the cosine when both are normalised. */
export function dot(left: ArrayLike<number>, right: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < left.length; index += 1) {
    sum += (left[index] ?? 0) * (right[index] ?? 0);
  }
  return sum;
}
