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

/** Trims the log while it is written to; an idle log is left alone. */
export class Retention {
  readonly #parts: { log: EventLog; commit: GroupCommit; clock: Clock; logger: MessagingLog };
  #next = 0;
  #running = false;

  constructor(parts: { log: EventLog; commit: GroupCommit; clock: Clock; logger: MessagingLog }) {
    this.#parts = parts;
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
    const { log, commit, logger } = this.#parts;
    const before = {
      handled: now - keep.handled,
      unclaimed: now - keep.unclaimed,
      deadLetters: now - keep.deadLetters,
      groups: now - keep.groups,
    };
    try {
      while (await commit.write(() => log.trim(before, trimAtOnce)));
    } catch (error) {
      logger.warn({ reason: errorText(error) }, "event log not trimmed");
    } finally {
      this.#running = false;
    }
  }
}
