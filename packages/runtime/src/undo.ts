import type { Logger } from "@parlance/platform";

/** What a process has opened, and how each is closed: in reverse order, all of it, whatever fails. */
export class Undo {
  readonly #steps: { name: string; close: () => Promise<void> }[] = [];
  readonly #log: Logger;
  #running: Promise<void> | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  add(name: string, close: () => Promise<void>): void {
    this.#steps.push({ name, close });
  }

  /** Idempotent. */
  all(): Promise<void> {
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run(): Promise<void> {
    for (const { name, close } of this.#steps.reverse()) {
      try {
        await close();
      } catch (error) {
        this.#log.error({ err: error, part: name }, "part did not stop cleanly");
      }
    }
  }
}
