import type { Rest } from "../_rest.ts";

/** What became of one request. */
export interface Outcome {
  what: string;
  /** 0 when there was no answer at all. */
  status: number;
  /** Of the answer, or the error that there was instead. */
  text: string;
  /** The answer broke off before its end. */
  cut: boolean;
  retryAfter: string | null;
  elapsedMs: number;
  /** What was being done to the installation when it was sent. */
  during?: string;
}

export type Ask = (rest: Rest) => Promise<Response>;

/** Sends one request as an HTTP client that repeats nothing. */
export async function observe(rest: Rest, what: string, ask: Ask): Promise<Outcome> {
  const began = performance.now();
  const elapsed = () => performance.now() - began;
  const reason = (error: unknown) =>
    error instanceof Error ? [error.message, error.cause instanceof Error ? error.cause.message : ""].join(" ") : String(error);
  try {
    const response = await ask(rest);
    const { status } = response;
    const retryAfter = response.headers.get("retry-after");
    try {
      const text = await response.text();
      return { what, status, text, cut: false, retryAfter, elapsedMs: elapsed() };
    } catch (error) {
      return { what, status, text: reason(error), cut: true, retryAfter, elapsedMs: elapsed() };
    }
  } catch (error) {
    return { what, status: 0, text: reason(error), cut: false, retryAfter: null, elapsedMs: elapsed() };
  }
}

/** Users who go on with their requests, each with the next as soon as the one before is answered, until told to stop. */
export class Load {
  readonly outcomes: Outcome[] = [];
  during = "";
  readonly #stopping = new AbortController();
  readonly #users: Promise<void>[];

  constructor(rest: Rest, users: readonly Readonly<Record<string, Ask>>[]) {
    this.#users = users.map((requests) => this.#live(rest, Object.entries(requests)));
  }

  /** Resolves with what became of every request, once the last has ended. */
  async stop(): Promise<readonly Outcome[]> {
    this.#stopping.abort();
    await Promise.all(this.#users);
    return this.outcomes;
  }

  async #live(rest: Rest, requests: readonly (readonly [string, Ask])[]): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      for (const [what, ask] of requests) {
        const { during } = this;
        this.outcomes.push({ ...(await observe(rest, what, ask)), during });
        // Processes that start share the processor with this; several requests a second are enough.
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }
}
