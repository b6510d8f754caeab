import { errorText } from "../log.ts";
import { ConsumerSession, type SessionOptions } from "./consumer-session.ts";

export interface GroupConsumerOptions extends SessionOptions {
  /** Sees to it that the topics are there, before a consumer takes the place of one that died. */
  prepare: () => Promise<unknown>;
  /** How long the consumer may be dead, new ones included, before it is given up. */
  giveUpAfterMs: number;
  onFatal: (error: Error) => void;
}

/** How long the first start may take: brokers that come up themselves refuse groups for a while. */
const startPatienceMs = 30_000;
const firstDelayMs = 500;
const maxDelayMs = 5000;

/**
 * Keeps one group's consumer of one topic alive: when it dies, a new one takes its place. kafkajs's own restart is off, because a
 * disconnect during it leaves a consumer behind that nobody can stop.
 */
export class GroupConsumer {
  readonly #options: GroupConsumerOptions;
  readonly #stopping = new AbortController();
  readonly #first = Promise.withResolvers<void>();
  readonly #life: Promise<void>;

  constructor(options: GroupConsumerOptions) {
    this.#options = options;
    this.#first.promise.catch(() => {});
    this.#life = this.#supervise();
  }

  /** Resolves when the group was joined; rejects when that failed for half a minute, and then the consumer has stopped. */
  get started(): Promise<void> {
    return this.#first.promise;
  }

  /** Commits what is handled and leaves the group. */
  stop(): Promise<void> {
    this.#stopping.abort();
    return this.#life;
  }

  async #supervise(): Promise<void> {
    const { clock, log, groupId, giveUpAfterMs, onFatal } = this.#options;
    const stopped = new Promise<"stopped">((resolve) => {
      this.#stopping.signal.addEventListener("abort", () => resolve("stopped"), { once: true });
    });
    let started = false;
    let deadSince: number | undefined = clock.now();
    let delayMs = firstDelayMs;
    while (!this.#stopping.signal.aborted) {
      const session = new ConsumerSession(this.#options);
      session.start();
      const begun = await Promise.race([session.joined.then(() => "joined" as const), session.crashed, stopped]);
      if (begun === "joined") {
        started = true;
        deadSince = undefined;
        delayMs = firstDelayMs;
        this.#first.resolve();
      }
      const end = begun === "joined" ? await Promise.race([session.crashed, stopped]) : begun;
      await session.end();
      if (end === "stopped") break;
      deadSince ??= clock.now();
      log.error({ groupId, reason: errorText(end), delayMs }, "consumer died, a new one takes its place");
      if (clock.now() - deadSince > (started ? giveUpAfterMs : startPatienceMs)) {
        if (started) onFatal(end);
        this.#first.reject(end);
        return;
      }
      await clock.sleep(delayMs, this.#stopping.signal).catch(() => {});
      await this.#prepare();
      delayMs = Math.min(delayMs * 2, maxDelayMs);
    }
    this.#first.reject(new Error("the consumer was stopped"));
  }

  /** Where it fails the next consumer will die as well, and say why. */
  async #prepare(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const { prepare, log, groupId } = this.#options;
    await prepare().catch((error: unknown) => log.warn({ groupId, reason: errorText(error) }, "topics cannot be looked at"));
  }
}
