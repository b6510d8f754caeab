export { openLocalEmbedder, type LocalEmbedder, type LocalEmbedderOptions } from "./local/local-embedder.ts";
export type { EngineChoice, EngineName } from "./local/engine.ts";
export { openOpenAiEmbedder, type OpenAiEmbedderOptions } from "./openai/openai-embedder.ts";
export { openOpenAiModel, type OpenAiModelOptions } from "./openai/openai-model.ts";
export { createExtractiveModel } from "./extractive/extractive-model.ts";
