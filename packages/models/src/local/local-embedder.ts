import { availableParallelism } from "node:os";
import type { Embedder, Reading } from "@parlance/ports";
import { englishDimension, type EngineChoice } from "./engine.ts";
import { multilingualDimension, multilingualLanguages } from "./multilingual-graph.ts";
import { EmbeddingScheduler } from "./scheduler.ts";
import { createVocabulary } from "./vocabulary.ts";
import { VectorCache } from "./vector-cache.ts";

export interface LocalEmbedderOptions {
  /** `many` (default) opens both models, `english` the one for English alone. */
  languages?: "many" | "english";
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
/** Far beyond the models' windows; what stands after it could change nothing but the time. */
const maxCharacters = 20_000;

/** The English part, the part for any language, and one number that brings a document's vector to length one. */
const dimension = englishDimension + multilingualDimension + 1;

interface Part {
  scheduler: EmbeddingScheduler;
  recent: VectorCache;
  dimension: number;
}

/**
 * Opens two models, whose weights come with the install: all-MiniLM-L6-v2, which knows English, and the Universal Sentence Encoder, which knows fifteen
 * languages (packages/models/multilingual). It returns at once: each model loads in a worker process, the second when it is first needed, and calls made before it
 * is ready wait. Where onnxruntime does not load, the second is missing, and words decide alone outside English.
 */
export function openLocalEmbedder(options: LocalEmbedderOptions = {}): LocalEmbedder {
  const { languages = "many" } = options;
  const native = options.native ?? "auto";
  const backgroundWorkers = options.backgroundWorkers ?? defaultBackgroundWorkers();
  const english = new EmbeddingScheduler({ model: "english", native, backgroundWorkers });
  english.start();
  const parts = {
    english: { scheduler: english, recent: new VectorCache(recentTexts), dimension: englishDimension },
    // It is quick enough to train beside its questions.
    any: {
      scheduler: new EmbeddingScheduler({ model: "multilingual", native, backgroundWorkers: 0 }),
      recent: new VectorCache(recentTexts),
      dimension: multilingualDimension,
    },
  };
  return {
    ...(languages === "many" ? inManyLanguages(parts) : inEnglish(parts.english)),
    multilingual: false,
    knownWords: createVocabulary(),
    describe: () => english.choice,
    close: async () => {
      await Promise.all([english.close(), parts.any.scheduler.close()]);
    },
  };
}

/** What was trained before Parlance knew other languages than English has vectors of the English part alone. */
const englishModel = { model: `all-MiniLM-L6-v2/${englishDimension}`, dimension: englishDimension };

function inEnglish(english: Part): Pick<Embedder, "model" | "dimension" | "roughly" | "documentScale" | "embed"> {
  return {
    ...englishModel,
    roughly: [],
    documentScale: 1,
    embed: async (texts, options) => readBy(english, texts.map(prepare), options),
  };
}

function inManyLanguages(parts: {
  english: Part;
  any: Part;
}): Pick<Embedder, "model" | "dimension" | "predecessor" | "roughly" | "documentScale" | "embed"> {
  return {
    model: `all-MiniLM-L6-v2+use-multilingual-3/${dimension}`,
    dimension,
    predecessor: { ...englishModel, scale: Math.SQRT1_2, rest: Math.SQRT1_2 },
    roughly: multilingualLanguages,
    documentScale: Math.SQRT2,
    embed: async (texts, options) => {
      const { reading = "english" } = options;
      const prepared = texts.map(prepare);
      const [byEnglish, byAny] = await Promise.all([
        reading.startsWith("english") ? readBy(parts.english, prepared, options) : [],
        reading === "english" ? [] : readBy(parts.any, prepared, options),
      ]);
      return prepared.map((text, index) =>
        text === "" ? new Float32Array(dimension) : joined(reading, byEnglish[index], byAny[index]),
      );
    },
  };
}

async function readBy(
  { scheduler, recent, dimension: size }: Part,
  texts: readonly string[],
  { priority, signal }: Parameters<Embedder["embed"]>[1],
): Promise<Float32Array[]> {
  signal?.throwIfAborted();
  const known = texts.map((text) => knownVector(text, priority === "interactive" ? recent : undefined, size));
  const missing = texts.filter((_, index) => !known[index]);
  const computed = await scheduler.embed(missing, priority, signal);
  if (priority === "interactive") {
    computed.forEach((vector, index) => recent.set(missing[index] ?? "", vector));
  }
  const fresh = computed.values();
  return known.map((vector) => vector ?? fresh.next().value ?? new Float32Array(size));
}

/**
 * Both parts beside each other. What a document has of neither part stands in the last number, so that the cosine of a question and a document is always the
 * same share of that of their parts.
 */
function joined(reading: Reading, byEnglish: Float32Array | undefined, byAny: Float32Array | undefined): Float32Array {
  const vector = new Float32Array(dimension);
  vector.set(byEnglish ?? []);
  vector.set(byAny ?? [], englishDimension);
  if (!reading.endsWith("document")) return vector;
  const said = [byEnglish, byAny].filter((part) => part?.some((component) => component !== 0));
  return vector.fill(Math.sqrt(2 - said.length), dimension - 1).map((component) => component * Math.SQRT1_2);
}

function prepare(text: string): string {
  return text.slice(0, maxCharacters).toWellFormed().trim();
}

function knownVector(text: string, recent: VectorCache | undefined, size: number): Float32Array | undefined {
  return text === "" ? new Float32Array(size) : recent?.get(text);
}

function defaultBackgroundWorkers(): number {
  return Math.max(1, Math.min(availableParallelism(), 4));
}
