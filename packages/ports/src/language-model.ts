/** Answers a question from passages, as a stream of text. */
export interface LanguageModel {
  /** Whether the model follows `system` and rewrites follow-ups; an extractive answerer only quotes. */
  readonly kind: "generative" | "extractive";
  /**
   * Yields the answer piece by piece; no piece is empty. Retries happen inside, before the first piece only.
   * @throws ModelUnavailableError before the first piece or, when the stream breaks, after it.
   */
  answer(request: AnswerRequest, options: { signal: AbortSignal }): AsyncIterable<AnswerPiece>;
  /** Idempotent. */
  close(): Promise<void>;
}

export interface AnswerRequest {
  /** Model name of the contract, such as `gpt-4o-mini`; the adapter maps it to what its server calls it. */
  model: string;
  /** 0 to 1. */
  temperature: number;
  /** The whole system prompt, with the passages already in it. Not used by an extractive answerer. */
  system: string;
  /** The conversation, oldest first, ending with the question. */
  messages: readonly { role: "user" | "assistant"; content: string }[];
  /** The last question, made to stand alone. */
  question: string;
  /** Best first. */
  passages: readonly AnswerPassage[];
  /** ISO 639-1 of the question, empty if unknown. */
  language: string;
}

export interface AnswerPassage {
  chunkId: string;
  text: string;
  title: string;
  sourceName: string;
  /** `website`, `text`, `file`, `product` or `q&a`. */
  sourceType: string;
  language: string;
  cosine: number;
}

export interface AnswerPiece {
  text: string;
  /** Where in which passage the piece stands, when it is a quotation; code points of the passage's text. */
  quote?: { chunkId: string; start: number; end: number };
}
