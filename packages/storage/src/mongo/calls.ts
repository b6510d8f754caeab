import { StoreError } from "@parlance/ports";
import { asStoreError } from "./errors.ts";

/** Runs a call if the store is open, and gives its errors the meaning of the port. */
export type Guard = <R>(what: string, call: () => Promise<R>) => Promise<R>;

/** The calls of a store, under way until their outcome is known. */
export class Calls {
  readonly #underWay = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  readonly guard: Guard = async (what, call) => {
    if (this.#closing !== undefined) throw new StoreError("unavailable", "the document store is closed");
    const running = call();
    this.#underWay.add(running);
    try {
      return await running;
    } catch (error) {
      throw asStoreError(error, what);
    } finally {
      this.#underWay.delete(running);
    }
  };

  /** Lets no call in any more, and lets go of the connection when those under way have ended. Idempotent. */
  close(letGo: () => Promise<void>): Promise<void> {
    this.#closing ??= Promise.allSettled(this.#underWay).then(letGo);
    return this.#closing;
  }
}
