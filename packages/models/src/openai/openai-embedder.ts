import { type Embedder, ModelUnavailableError } from "@parlance/ports";
import { BadRequestError, type OpenAI, UnprocessableEntityError } from "openai";
import { normalize } from "../local/engine.ts";
import { createClient, type OpenAiServerSettings } from "./client.ts";
import { toModelUnavailable } from "./failures.ts";
import { Limiter } from "./limiter.ts";

export interface OpenAiEmbedderOptions extends OpenAiServerSettings {
  /** What the server calls the model. */
  model: string;
  /** Numbers in each vector. */
  dimension: number;
  /** Texts in one request. Default 64. */
  batchSize?: number;
  /** Time for one request of `embed` with its retries. Default 15 s while a visitor waits, 120 s in training. */
  timeoutMs?: { interactive: number; background: number };
  /** Tries after the first on 429, 5xx and lost connections, with growing waits. Default 2. */
  maxRetries?: number;
}

/** What stands after it is cut: servers refuse texts over their window, which is 8,192 tokens for most. */
const maxCharacters = 8_000;

/** Training never takes more of the server than this, so that questions find room. */
const backgroundRequests = 2;

/** Embeds by an OpenAI-compatible server. It opens no connection before the first text. */
export function openOpenAiEmbedder(options: OpenAiEmbedderOptions): Embedder {
  const requester = new EmbeddingRequester(options);
  const limiter = new Limiter(backgroundRequests);
  const { dimension, batchSize = 64 } = options;
  return {
    model: `${options.model}/${dimension}`,
    dimension,
    multilingual: true,
    roughly: [],
    documentScale: 1,
    embed: async (texts, { priority, signal }) => {
      signal?.throwIfAborted();
      const prepared = texts.map((text) => text.slice(0, maxCharacters).toWellFormed().trim());
      const filled = prepared.filter((text) => text !== "");
      const batches = Array.from({ length: Math.ceil(filled.length / batchSize) }, (_, index) =>
        filled.slice(index * batchSize, (index + 1) * batchSize),
      );
      const request = (batch: string[]) => requester.embed(batch, { priority, signal });
      const answers = await Promise.all(
        batches.map((batch) => (priority === "background" ? limiter.run(() => request(batch), signal) : request(batch))),
      );
      const vectors = answers.flat().values();
      return prepared.map((text) => (text === "" ? undefined : vectors.next().value) ?? new Float32Array(dimension));
    },
    close: async () => requester.close(),
  };
}

interface RequestOptions {
  priority: "interactive" | "background";
  signal: AbortSignal | undefined;
}

/** One request to the server: its time limit, its failures in our words, its answer checked. */
class EmbeddingRequester {
  readonly #client: OpenAI;
  readonly #model: string;
  readonly #dimension: number;
  readonly #timeouts: { interactive: number; background: number };
  readonly #closed = new AbortController();
  #encoding: "base64" | "float" = "base64";

  constructor(options: OpenAiEmbedderOptions) {
    this.#client = createClient(options, options.maxRetries ?? 2);
    this.#model = options.model;
    this.#dimension = options.dimension;
    this.#timeouts = options.timeoutMs ?? { interactive: 15_000, background: 120_000 };
  }

  close(): void {
    this.#closed.abort();
  }

  async embed(texts: string[], { priority, signal }: RequestOptions): Promise<Float32Array[]> {
    this.#refuseIfClosed();
    const timeout = AbortSignal.timeout(this.#timeouts[priority]);
    const signals = [timeout, this.#closed.signal, ...(signal ? [signal] : [])];
    try {
      const answer = await this.#request(texts, AbortSignal.any(signals));
      return readVectors(answer, texts.length, this.#dimension);
    } catch (error) {
      signal?.throwIfAborted();
      this.#refuseIfClosed();
      throw timeout.aborted
        ? new ModelUnavailableError("The embedding server did not answer in time.")
        : toModelUnavailable(error, "embedding");
    }
  }

  /** Asks for base64, a third of the size. Some servers answer numbers all the same; some refuse and are asked for numbers then. */
  async #request(texts: string[], signal: AbortSignal): Promise<EmbeddingAnswer> {
    const body = { model: this.#model, input: texts };
    try {
      return await this.#client.embeddings.create({ ...body, encoding_format: this.#encoding }, { signal });
    } catch (error) {
      const refused = error instanceof BadRequestError || error instanceof UnprocessableEntityError;
      if (this.#encoding === "float" || !refused) {
        throw error;
      }
      const answer = await this.#client.embeddings.create({ ...body, encoding_format: "float" }, { signal });
      this.#encoding = "float";
      return answer;
    }
  }

  #refuseIfClosed(): void {
    if (this.#closed.signal.aborted) {
      throw new ModelUnavailableError("The embedder is closed.");
    }
  }
}

interface EmbeddingAnswer {
  /** Numbers, or little-endian 32-bit floats in base64, whichever was asked for. */
  data: { index: number; embedding: unknown }[];
}

function readVectors(answer: EmbeddingAnswer, count: number, dimension: number): Float32Array[] {
  // The order of the answer is the server's; `index` says which text a vector belongs to.
  const sorted = [...answer.data].sort((left, right) => left.index - right.index);
  const vectors = sorted.map(({ embedding }) => normalize(decode(embedding)));
  if (vectors.length !== count || sorted.some(({ index }, position) => index !== position)) {
    throw new ModelUnavailableError(`The embedding server answered ${vectors.length} vectors for ${count} texts.`);
  }
  const wrong = vectors.find((vector) => vector.length !== dimension || !vector.every(Number.isFinite));
  if (wrong) {
    const message = `The embedding server answered a vector of ${wrong.length} numbers instead of ${dimension}.`;
    throw new ModelUnavailableError(message, { refused: true });
  }
  return vectors;
}

function decode(embedding: unknown): Float32Array {
  if (typeof embedding === "string") {
    const bytes = Uint8Array.from(Buffer.from(embedding, "base64"));
    return new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / 4));
  }
  return Float32Array.from(embedding as number[]);
}
