export { openLocalEmbedder, type LocalEmbedder, type LocalEmbedderOptions } from "./local/local-embedder.ts";
export type { EngineChoice, EngineName } from "./local/engine.ts";
