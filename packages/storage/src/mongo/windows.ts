import { windowMs, type RateWindow, type RateWindows } from "@parlance/ports";
import { MongoServerError, type Collection, type Db, type Document } from "mongodb";
import { createMemoryWindows } from "../windows/memory-windows.ts";

/** One let through counts until the end of its step has left the window, so that a document holds no more than 600 counts. */
const stepMs = 100;
/** Whoever asks the API waits for this, so a server that is away is not waited for long, and not asked again for a moment. */
const patienceMs = 500;
const pauseMs = 1_000;
const duplicateKey = 11_000;

interface StoredWindow {
  /** The key. */
  _id: string;
  /** Ascending; `at` is the beginning of a step. */
  steps: { at: number; count: number }[];
  /** How many of those that asked last were let through. */
  passed: number;
  /** The document is of no use from then on. */
  idleAt: Date;
}

export interface MongoWindowsOptions {
  db: Db;
  /** Called when windows begin to be counted by this process alone. */
  onAlone?: ((error: unknown) => void) | undefined;
  /** Milliseconds since the epoch. Default: the server's time, which all processes share. */
  now?: (() => number) | undefined;
}

/** Windows in MongoDB: a document for each key, changed by one atomic update; in the memory of this process while the server is away. */
export function createMongoWindows({ db, onAlone, now }: MongoWindowsOptions): RateWindows {
  const windows = db.collection<StoredWindow>("parlance.windows");
  const own = createMemoryWindows({ now: () => performance.now() });
  let indexed: Promise<unknown> | undefined;
  let aloneUntil = Number.NEGATIVE_INFINITY;
  let isAlone = false;
  const takeTogether = oneAtATime(async (key, asked) => {
    if (performance.now() >= aloneUntil) {
      try {
        const taken = await within(patienceMs, takeShared(windows, key, { asked, now }));
        isAlone = false;
        indexed ??= windows.createIndex({ idleAt: 1 }, { expireAfterSeconds: 0 }).catch(() => (indexed = undefined));
        return taken;
      } catch (error) {
        aloneUntil = performance.now() + pauseMs;
        if (!isAlone) onAlone?.(error);
        isAlone = true;
      }
    }
    return Promise.all(asked.map((limit) => own.take(key, limit)));
  });
  return { take: takeTogether };
}

/** For each that asks, in order, its limit. */
type Asked = readonly number[];

/**
 * Asks for all that came while another of the same key was asked for, so that a document is never changed by two calls of one process,
 * which would wait for each other at the server.
 */
function oneAtATime(take: (key: string, asked: Asked) => Promise<RateWindow[]>): RateWindows["take"] {
  type Waiting = { limit: number; done: (window: RateWindow) => void; failed: (error: unknown) => void };
  const waiting = new Map<string, Waiting[]>();
  const work = async (key: string) => {
    for (let batch = waiting.get(key); batch !== undefined && batch.length > 0; batch = waiting.get(key)) {
      const asking = batch.splice(0);
      const limits = asking.map(({ limit }) => limit);
      await take(key, limits).then(
        (taken) => taken.forEach((window, i) => asking[i]?.done(window)),
        (error: unknown) => asking.forEach(({ failed }) => failed(error)),
      );
    }
    waiting.delete(key);
  };
  return (key, limit) =>
    new Promise((done, failed) => {
      const batch = waiting.get(key);
      batch?.push({ limit, done, failed });
      if (batch !== undefined) return;
      waiting.set(key, [{ limit, done, failed }]);
      void work(key);
    });
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer in ${milliseconds} ms`)), milliseconds);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function takeShared(
  windows: Collection<StoredWindow>,
  key: string,
  { asked, now: clock }: { asked: Asked; now: (() => number) | undefined },
): Promise<RateWindow[]> {
  const now = clock?.() ?? { $toLong: "$$NOW" };
  const update = (): Promise<Document | null> =>
    windows.findOneAndUpdate({ _id: key }, takeUpTo(asked.length, Math.min(...asked), now), {
      upsert: true,
      returnDocument: "after",
      projection: answerAt(now),
      // A count that is lost with the server's memory is not worth the wait for its disk.
      writeConcern: { w: 1, journal: false },
    });
  const window = await update().catch((error: unknown) => {
    // Two processes made the document at the same moment.
    if (error instanceof MongoServerError && error.code === duplicateKey) return update();
    throw error;
  });
  if (window === null) throw new Error("the window was not returned");
  const { passed, used, oldestLeavesMs, newestLeavesMs } = window as Answer;
  return asked.map((_, i) => ({
    passed: i < passed,
    used: used - passed + Math.min(i + 1, passed),
    oldestLeavesMs,
    newestLeavesMs,
  }));
}

type Expression = number | string | Document;

/** An update that drops what has left the window, and adds as many as there is room for. */
function takeUpTo(asked: number, limit: number, now: Expression): Document[] {
  const step = { $subtract: [now, { $mod: [now, stepMs] }] };
  const isInside = {
    // What lies ahead was written before the clock was set back; it would lock the key out.
    $and: [{ $gt: ["$$this.at", { $subtract: [now, windowMs + stepMs] }] }, { $lte: ["$$this.at", now] }],
  };
  const isNow = { $eq: ["$$this.at", step] };
  const earlier = { $filter: { input: "$steps", cond: { $not: isNow } } };
  const count = { $add: [{ $sum: { $map: { input: "$steps", in: { $cond: [isNow, "$$this.count", 0] } } } }, "$passed"] };
  return [
    { $set: { steps: { $filter: { input: { $ifNull: ["$steps", []] }, cond: isInside } } } },
    { $set: { passed: { $max: [0, { $min: [asked, { $subtract: [limit, { $sum: "$steps.count" }] }] }] } } },
    {
      $set: {
        steps: { $cond: [{ $gt: ["$passed", 0] }, { $concatArrays: [earlier, [{ at: step, count }]] }, "$steps"] },
        idleAt: { $add: ["$$NOW", 2 * windowMs] },
      },
    },
  ];
}

type Answer = Pick<StoredWindow, "passed"> & Pick<RateWindow, "used" | "oldestLeavesMs" | "newestLeavesMs">;

/** A projection to what {@link Answer} has. */
function answerAt(now: Expression): Record<keyof Answer | "_id", Expression> {
  const leavesMs = (at: Expression) => ({
    $ifNull: [{ $subtract: [{ $add: [at, windowMs + stepMs] }, now] }, 0],
  });
  return {
    _id: 0,
    passed: 1,
    used: { $sum: "$steps.count" },
    oldestLeavesMs: leavesMs({ $first: "$steps.at" }),
    newestLeavesMs: leavesMs({ $last: "$steps.at" }),
  };
}
