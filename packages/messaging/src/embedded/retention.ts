import type { Clock } from "../clock.ts";
import { errorText, type MessagingLog } from "../log.ts";
import type { EventLog } from "./event-log.ts";
import type { GroupCommit } from "./group-commit.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How long events are kept, in milliseconds. */
const keep = {
  /** After every group has handled it: a service that subscribes for the first time a little later must not miss it. */
  handled: hour,
  /** On a topic that no group consumes. */
  unclaimed: 7 * day,
  deadLetters: 14 * day,
  /** A group that no process has subscribed for so long is forgotten with what it had left. */
  groups: 14 * day,
};

const trimEveryMs = minute;
const trimAtOnce = 1000;

export interface RetentionOptions {
  log: EventLog;
  commit: GroupCommit;
  clock: Clock;
  logger: MessagingLog;
  /** Groups that this process consumes at the moment, topic by topic. */
  consumed: () => Iterable<{ group: string; topic: string }>;
}

/** Trims the log while it is written to; an idle log is left alone. */
export class Retention {
  readonly #parts: RetentionOptions;
  #next: number;
  #running = false;

  constructor(parts: RetentionOptions) {
    this.#parts = parts;
    // Not before those who consume have subscribed: after a long stop they would find what they had left forgotten.
    this.#next = parts.clock.now() + trimEveryMs;
  }

  /** Trims in the background unless that was done a short while ago. */
  trimSoon(): void {
    const now = this.#parts.clock.now();
    if (this.#running || now < this.#next) return;
    this.#next = now + trimEveryMs;
    this.#running = true;
    void this.#trim(now);
  }

  async #trim(now: number): Promise<void> {
    const { log, commit, logger, consumed } = this.#parts;
    const before = {
      handled: now - keep.handled,
      unclaimed: now - keep.unclaimed,
      deadLetters: now - keep.deadLetters,
      groups: now - keep.groups,
    };
    try {
      const trim = () => {
        // A process may run for longer than groups are kept.
        for (const { group, topic } of consumed()) log.seen(group, topic, now);
        return log.trim(before, trimAtOnce);
      };
      while (await commit.write(trim));
    } catch (error) {
      logger.warn({ reason: errorText(error) }, "event log not trimmed");
    } finally {
      this.#running = false;
    }
  }
}
