import type { EventLog } from "./event-log.ts";

interface Write {
  /** Writes; gives what is to be called once that is durable. */
  run(): () => void;
  /** Rough cost in bytes, so that a transaction stays short. */
  bytes: number;
  /** False when nothing is lost should a power cut undo it. */
  sync: boolean;
  reject(error: unknown): void;
}

/** What one transaction may hold, so that the event loop is never blocked for long. */
const maxWrites = 500;
const maxBytes = 4 * 1024 * 1024;

/** Gathers the writes of one turn of the event loop, so that many events and acknowledgements share one sync to disk. */
export class GroupCommit {
  readonly #log: EventLog;
  readonly #queue: Write[] = [];
  #scheduled = false;
  #holds = 0;

  constructor(log: EventLog) {
    this.#log = log;
  }

  /**
   * Resolves with what `run` gives once its writes are committed. Writes keep their order. A commit survives the end of the process;
   * with `sync` (the default) a power cut too.
   */
  write<T>(run: () => T, { bytes = 0, sync = true } = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const write = () => {
        const result = run();
        return () => resolve(result);
      };
      this.#queue.push({ run: write, bytes, sync, reject });
      this.#schedule();
    });
  }

  /** Commits what is queued, and then nothing until all holds are released; `flush` alone passes them. Returns the idempotent release. */
  hold(): () => void {
    this.flush();
    this.#holds += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds -= 1;
      if (this.#queue.length > 0) this.#schedule();
    };
  }

  /** Commits what is queued at once. */
  flush(): void {
    while (this.#queue.length > 0) this.#commit();
  }

  #schedule(): void {
    if (this.#scheduled || this.#holds > 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#holds > 0) return;
      if (this.#queue.length > 0) this.#commit();
      if (this.#queue.length > 0) this.#schedule();
    });
  }

  #commit(): void {
    const batch = this.#next();
    const resolutions: (() => void)[] = [];
    try {
      this.#log.transaction(
        () => {
          for (const write of batch) resolutions.push(write.run());
        },
        batch.some((write) => write.sync),
      );
    } catch (error) {
      for (const write of batch) write.reject(error);
      return;
    }
    for (const resolve of resolutions) resolve();
  }

  #next(): Write[] {
    let count = 0;
    let bytes = 0;
    for (const write of this.#queue) {
      bytes += write.bytes;
      count += 1;
      if (count >= maxWrites || bytes >= maxBytes) break;
    }
    return this.#queue.splice(0, count);
  }
}
