/**
 * How texts are read by a model that knows English well with one part of it and many languages with another; any other model reads all alike.
 * `english` and `any`: by one part alone, as questions are and sentences that are compared with them. `english document` and `document`: as chunks
 * are stored, by each part that knows them, so that they are found by questions that either part has read.
 */
export type Reading = "english" | "any" | "english document" | "document";

/**
 * An older model whose vectors are of use to a newer one: such a vector times `scale`, with zeros after it and `rest` as the last number, is a document's
 * vector of the newer one.
 */
export interface PredecessorModel {
  readonly model: string;
  readonly dimension: number;
  readonly scale: number;
  readonly rest: number;
}

/** Turns texts into vectors of one dimension under one model. */
export interface Embedder {
  /** Names model and dimension; an index never mixes two of them. */
  readonly model: string;
  readonly dimension: number;
  /** The model that took this one's place in earlier versions, if an index of its vectors can be converted. */
  readonly predecessor?: PredecessorModel;
  /** False for a model that reads English better than any other language: see {@link Reading}. */
  readonly multilingual: boolean;
  /** ISO 639-1 codes of the languages that such a model understands roughly by its part for any language; empty if it has none. */
  readonly roughly: readonly string[];
  /** What the cosine of a question and a document is to be multiplied with, so that it is that of two texts that are read alike. */
  readonly documentScale: number;
  /**
   * One L2-normalised vector for each text, in order. A blank text has the zero vector. Texts over the model's window are cut.
   * `interactive` work (a visitor waits) goes before `background` work (training). `reading` is `english` if it is not given.
   */
  embed(
    texts: readonly string[],
    options: { priority: "interactive" | "background"; reading?: Reading; signal?: AbortSignal },
  ): Promise<Float32Array[]>;
  /**
   * Which of these words, in lower case, the model knows as words of their own, so that they are not misspelt whatever they are compared
   * with. Absent where the model does not tell.
   */
  knownWords?(words: readonly string[]): Promise<Set<string>>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** The model server cannot be reached, is overloaded, timed out or refuses. Safe to try again later. */
export class ModelUnavailableError extends Error {
  override readonly name = "ModelUnavailableError";
  /** The server answered, and will answer the same until a person changes its settings or ours: a wrong key, an unknown model. */
  readonly refused: boolean;

  constructor(message: string, options: { refused?: boolean } = {}) {
    super(message);
    this.refused = options.refused ?? false;
  }
}
