import type { Embedder, LanguageModel } from "@parlance/ports";
import type { OpenAiEmbedderOptions } from "./openai/openai-embedder.ts";
import type { OpenAiModelOptions } from "./openai/openai-model.ts";

export { openLocalEmbedder, type LocalEmbedder, type LocalEmbedderOptions } from "./local/local-embedder.ts";
export type { EngineChoice, EngineName } from "./local/engine.ts";
export type { OpenAiEmbedderOptions, OpenAiModelOptions };
export { createExtractiveModel } from "./extractive/extractive-model.ts";

/** Embeds by an OpenAI-compatible server. The provider's client is loaded here: it is more modules than all of ours. */
export async function openOpenAiEmbedder(options: OpenAiEmbedderOptions): Promise<Embedder> {
  const adapter = await import("./openai/openai-embedder.ts");
  return adapter.openOpenAiEmbedder(options);
}

/** Answers by an OpenAI-compatible server. */
export async function openOpenAiModel(options: OpenAiModelOptions): Promise<LanguageModel> {
  const adapter = await import("./openai/openai-model.ts");
  return adapter.openOpenAiModel(options);
}
