import type { Rest } from "../_rest.ts";

/** What became of one question. */
export interface Asked {
  /** 0 when there was no answer at all. */
  status: number;
  retryAfter: string | null;
  text: string;
  elapsedMs: number;
}

/** Somebody who goes on asking until told to stop. */
export class Visitor {
  readonly #stopping = new AbortController();
  readonly #life: Promise<Asked[]>;

  constructor(rest: Rest, chat: { chatbotId: string; question: string }) {
    this.#life = askOn(rest, chat, this.#stopping.signal);
  }

  /** Resolves with everything that was asked, once the last question has ended. */
  stop(): Promise<Asked[]> {
    this.#stopping.abort();
    return this.#life;
  }
}

async function askOn(rest: Rest, chat: { chatbotId: string; question: string }, signal: AbortSignal): Promise<Asked[]> {
  const all: Asked[] = [];
  const messages = [{ role: "user", content: chat.question }];
  while (!signal.aborted) {
    const began = performance.now();
    const asked = await rest.send("POST", "/chat", { chatbotId: chat.chatbotId, messages }).then(
      async (response) => ({
        status: response.status,
        retryAfter: response.headers.get("retry-after"),
        text: await response.text().catch(() => ""),
      }),
      () => ({ status: 0, retryAfter: null, text: "" }),
    );
    all.push({ ...asked, elapsedMs: performance.now() - began });
    // So that an outage does not make it a storm.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return all;
}
