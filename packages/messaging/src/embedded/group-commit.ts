import type { DiskSync } from "@parlance/disk-sync";
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

/**
 * Gathers the writes that come in one turn of the event loop, or while others are brought to the disk, so that many events and acknowledgements
 * share one sync. The disk is waited for on another thread.
 */
export class GroupCommit {
  readonly #log: EventLog;
  readonly #disk: DiskSync;
  readonly #onBroken: ((error: Error) => void) | undefined;
  readonly #queue: Write[] = [];
  readonly #settling = new Set<Promise<void>>();
  #scheduled = false;
  #holds = 0;
  /** Once a sync has failed nobody knows what is on disk. */
  #failure: Error | undefined;

  /** @param onBroken is called once when nothing can be written until the log is opened again */
  constructor(log: EventLog, disk: DiskSync, onBroken?: (error: Error) => void) {
    this.#log = log;
    this.#disk = disk;
    this.#onBroken = onBroken;
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

  /** Commits what is queued, and then nothing until all holds are released; `close` alone passes them. Returns the idempotent release. */
  hold(): () => void {
    this.#commitQueued();
    this.#holds += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds -= 1;
      this.#schedule();
    };
  }

  /** Resolves when everything that was queued is on disk. Nothing may be written any more. */
  async close(): Promise<void> {
    this.#commitQueued();
    await Promise.all(this.#settling);
    this.#disk.close();
  }

  #commitQueued(): void {
    while (this.#queue.length > 0) void this.#settle(this.#next());
  }

  #schedule(): void {
    if (this.#scheduled || this.#holds > 0 || this.#queue.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0 && this.#holds === 0) await this.#settle(this.#next());
    this.#scheduled = false;
  }

  /** Commits before it returns; what it gives resolves when that is on disk, and never fails. */
  #settle(batch: readonly Write[]): Promise<void> {
    const settled = this.#commit(batch);
    this.#settling.add(settled);
    return settled.finally(() => this.#settling.delete(settled));
  }

  async #commit(batch: readonly Write[]): Promise<void> {
    const resolutions: (() => void)[] = [];
    try {
      if (this.#failure !== undefined) throw this.#failure;
      this.#log.transaction(() => {
        for (const write of batch) resolutions.push(write.run());
      });
      if (batch.some((write) => write.sync)) await this.#sync();
    } catch (error) {
      for (const write of batch) write.reject(error);
      return;
    }
    for (const resolve of resolutions) resolve();
  }

  async #sync(): Promise<void> {
    try {
      await this.#disk.sync();
    } catch (cause) {
      const isNew = this.#failure === undefined;
      this.#failure ??= new Error("the event log may not have reached the disk; it must be opened again", { cause });
      if (isNew) this.#onBroken?.(this.#failure);
      throw this.#failure;
    }
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
