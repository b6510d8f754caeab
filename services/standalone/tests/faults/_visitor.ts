/** What became of one question. */
export interface Asked {
  /** 0 when there was no answer at all, or not all of it. */
  status: number;
  retryAfter: string | null;
  text: string;
  elapsedMs: number;
}

/** Somebody who goes on asking until told to stop, each question after the answer to the one before. */
export class Visitor {
  readonly asked: Asked[] = [];
  readonly #stopping = new AbortController();
  readonly #life: Promise<void>;

  /** `ask` is given the number of the question, from 0. */
  constructor(ask: (turn: number) => Promise<Response>) {
    this.#life = this.#askOn(ask);
  }

  /** Resolves with everything that was asked, once the last question has ended. */
  async stop(): Promise<readonly Asked[]> {
    this.#stopping.abort();
    await this.#life;
    return this.asked;
  }

  async #askOn(ask: (turn: number) => Promise<Response>): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const began = performance.now();
      const outcome = await ask(this.asked.length)
        .then(whole)
        .catch(() => nothing);
      this.asked.push({ ...outcome, elapsedMs: performance.now() - began });
      // So that an outage does not make it a storm.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

const nothing = { status: 0, retryAfter: null, text: "" };

async function whole(response: Response): Promise<Omit<Asked, "elapsedMs">> {
  return { status: response.status, retryAfter: response.headers.get("retry-after"), text: await response.text() };
}
