import { availableParallelism } from "node:os";
import type { Embedder } from "@parlance/ports";
import { dimension, type EngineChoice } from "./engine.ts";
import { EmbeddingScheduler } from "./scheduler.ts";
import { createVocabulary } from "./vocabulary.ts";
import { VectorCache } from "./vector-cache.ts";

export interface LocalEmbedderOptions {
  /** `auto` (default) takes the native engine where it loads and agrees with the portable one; `never` forbids it. */
  native?: "auto" | "never";
  /** Worker processes for training. Default: one for each core, at most 4; each holds about 250 MB. */
  backgroundWorkers?: number;
}

export interface LocalEmbedder extends Embedder {
  /** Which engine serves; settles when it is loaded. Waiting for it alone does not keep the process alive. */
  describe(): Promise<EngineChoice>;
}

/** Vectors of questions and sentences that are kept, 1.5 kB each. */
const recentTexts = 2000;
/** Far beyond the model's window; what stands after it could change nothing but the time. */
const maxCharacters = 20_000;

/**
 * Opens all-MiniLM-L6-v2, whose weights come with the install. It returns at once: the model loads in a worker process, and
 * calls made before it is ready wait. The model knows English; other languages need the words side of the search.
 */
export function openLocalEmbedder(options: LocalEmbedderOptions = {}): LocalEmbedder {
  const backgroundWorkers = options.backgroundWorkers ?? defaultBackgroundWorkers();
  const scheduler = new EmbeddingScheduler({ native: options.native ?? "auto", backgroundWorkers });
  const recent = new VectorCache(recentTexts);
  return {
    model: `all-MiniLM-L6-v2/${dimension}`,
    dimension,
    multilingual: false,
    embed: async (texts, { priority, signal }) => {
      signal?.throwIfAborted();
      const prepared = texts.map(prepare);
      const known = prepared.map((text) => knownVector(text, priority === "interactive" ? recent : undefined));
      const missing = prepared.filter((_, index) => !known[index]);
      const computed = await scheduler.embed(missing, priority, signal);
      if (priority === "interactive") {
        computed.forEach((vector, index) => recent.set(missing[index] ?? "", vector));
      }
      const fresh = computed.values();
      return known.map((vector) => vector ?? fresh.next().value ?? new Float32Array(dimension));
    },
    knownWords: createVocabulary(),
    describe: () => scheduler.choice,
    close: () => scheduler.close(),
  };
}

function prepare(text: string): string {
  return text.slice(0, maxCharacters).toWellFormed().trim();
}

function knownVector(text: string, recent: VectorCache | undefined): Float32Array | undefined {
  return text === "" ? new Float32Array(dimension) : recent?.get(text);
}

function defaultBackgroundWorkers(): number {
  return Math.max(1, Math.min(availableParallelism(), 4));
}
