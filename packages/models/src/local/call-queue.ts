/** One call of `embed` that waits for its vectors. */
export interface EmbedCall {
  readonly texts: readonly string[];
  readonly vectors: Float32Array[];
  /** Index of the next text that no worker has taken. */
  next: number;
  done: number;
  resolve: (vectors: Float32Array[]) => void;
  reject: (error: unknown) => void;
}

/** One text of a call. */
export interface EmbedTask {
  call: EmbedCall;
  index: number;
  text: string;
}

/** The calls of one priority. They take turns text by text, so a question does not wait for another visitor's forty sentences. */
export class CallQueue {
  #calls: EmbedCall[] = [];

  get isEmpty(): boolean {
    return this.#calls.length === 0;
  }

  add(call: EmbedCall): void {
    this.#calls.push(call);
  }

  take(): EmbedTask | undefined {
    const call = this.#calls.shift();
    const text = call?.texts[call.next];
    if (!call || text === undefined) {
      return undefined;
    }
    const task = { call, index: call.next, text };
    call.next += 1;
    if (call.next < call.texts.length) {
      this.#calls.push(call);
    }
    return task;
  }

  remove(call: EmbedCall): void {
    this.#calls = this.#calls.filter((other) => other !== call);
  }

  /** Empties the queue and gives what stood in it. */
  drain(): EmbedCall[] {
    const calls = this.#calls;
    this.#calls = [];
    return calls;
  }
}
