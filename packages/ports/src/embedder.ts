/** Turns texts into vectors of one dimension under one model. */
export interface Embedder {
  /** Names model and dimension; an index never mixes two of them. */
  readonly model: string;
  readonly dimension: number;
  /** False for a model that understands English alone: then words decide where a text is in another language. */
  readonly multilingual: boolean;
  /**
   * One L2-normalised vector for each text, in order. A blank text has the zero vector. Texts over the model's window are cut.
   * `interactive` work (a visitor waits) goes before `background` work (training).
   */
  embed(
    texts: readonly string[],
    options: { priority: "interactive" | "background"; signal?: AbortSignal },
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
