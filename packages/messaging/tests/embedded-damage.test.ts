import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { asTenant, type BusEvent, type EventBus } from "@parlance/ports";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { EventLog } from "../src/embedded/event-log.ts";
import { openEmbeddedEventBus } from "../src/index.ts";

const group = { group: "shop", topics: ["t"] };

function event(eventId: string): BusEvent {
  return { eventId, topic: "t", tenant: asTenant("tenant"), key: eventId, time: 1, payload: new Uint8Array(200) };
}

describe("an event log that is damaged inside", () => {
  let folder: string;
  let path: string;
  let bus: EventBus | undefined;
  let damage: Error[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "parlance-damage-"));
    path = join(folder, "events.db");
    damage = [];
  });
  afterEach(async () => {
    await bus?.close();
    await rm(folder, { recursive: true });
  });

  const openDamaged = async () => {
    bus = await openEmbeddedEventBus({ path, onDamaged: (error) => void damage.push(error) });
    return bus;
  };

  /** A log of a group with 2,000 events to handle, in which the page that holds one of them is overwritten. */
  async function damagedAt(eventId: string): Promise<void> {
    const whole = await openEmbeddedEventBus({ path });
    const consumer = await whole.subscribe({ ...group, handle: async () => {} });
    await consumer.stop();
    await whole.publish(Array.from({ length: 2_000 }, (_, n) => event(`event-${n}`)));
    await whole.close();
    await overwritePageOf(path, eventId);
  }

  const expected = () =>
    expect.objectContaining({ kind: "corrupt", message: expect.stringContaining(`${path} is damaged: restore`) });

  it("is told of when its events are read, once", async () => {
    await damagedAt("event-1000");
    const handled: string[] = [];
    const consuming = await openDamaged();
    await consuming.subscribe({ ...group, handle: async ({ eventId }) => void handled.push(eventId) });
    await expect.poll(() => damage.length).toBe(1);
    await expect(consuming.publish([event("event-1000")])).resolves.toBeUndefined();
    expect(damage).toEqual([expected()]);
    expect(handled).not.toContain("event-1000");
  });

  it("is told of when it is written to", async () => {
    await damagedAt("event-1999");
    await expect((await openDamaged()).publish([event("one-more")])).rejects.toEqual(expected());
    expect(damage).toEqual([expected()]);
  });

  it("is refused when it was left behind by an unclean stop, unless it is opened to be examined", async () => {
    await damagedAt("event-1000");
    await leaveUnclean(path);
    await expect(openEmbeddedEventBus({ path })).rejects.toEqual(expected());
    await leaveUnclean(path);
    bus = await openEmbeddedEventBus({ path, examine: false });
    const found = await (bus as EventBus & { faults(): Promise<object[]> }).faults();
    expect(found).toContainEqual({ file: path, problem: expect.any(String) });
  });
});

describe("an event log that could not be read for a moment", () => {
  it.each(["page", "pageOfKey"] as const)("is read again by itself (%s)", async (read) => {
    const folder = await mkdtemp(join(tmpdir(), "parlance-unread-"));
    const bus = await openEmbeddedEventBus({ path: join(folder, "events.db") });
    onTestFinished(async () => {
      await bus.close();
      await rm(folder, { recursive: true });
    });
    const failing = vi.spyOn(EventLog.prototype, read).mockImplementationOnce(() => {
      throw new Error("EIO: i/o error, read");
    });
    onTestFinished(() => failing.mockRestore());
    const attempts: string[] = [];
    const handle = async ({ eventId }: BusEvent) => {
      if (attempts.push(eventId) === 1) throw new Error("not now");
    };
    await bus.publish([event("a"), { ...event("b"), key: "a" }]);
    await bus.subscribe({ ...group, handle, retry: { firstDelayMs: 1 } });
    await expect.poll(() => attempts, { timeout: 10_000 }).toEqual(["a", "a", "b"]);
    expect(failing.mock.calls.length).toBeGreaterThan(1);
  });
});

/** Of the table alone: pages of its indexes stay as they are. */
async function overwritePageOf(path: string, text: string): Promise<void> {
  const pageBytes = 4096;
  const bytes = await readFile(path);
  const leafOfTable = 13;
  const pages = Array.from({ length: bytes.length / pageBytes }, (_, n) => n * pageBytes);
  const holding = pages.filter((at) => at > 0 && bytes[at] === leafOfTable && bytes.subarray(at, at + pageBytes).includes(text));
  expect(holding).toHaveLength(1);
  const file = await open(path, "r+");
  for (const at of holding) await file.write(Buffer.alloc(pageBytes, 0xff), 0, pageBytes, at);
  await file.close();
}

/** As after a kill: a log of writes lies beside the file. */
async function leaveUnclean(path: string): Promise<void> {
  const db = new DatabaseSync(path);
  db.exec(
    "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE IF NOT EXISTS other (n); INSERT INTO other VALUES (1)",
  );
  const wal = await readFile(`${path}-wal`);
  db.close();
  const file = await open(`${path}-wal`, "w");
  await file.write(wal);
  await file.close();
}
