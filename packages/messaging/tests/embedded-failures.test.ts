import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asTenant } from "@parlance/ports";
import { expect, onTestFinished, test } from "vitest";
import { openEmbeddedEventBus } from "../src/index.ts";
import { systemClock } from "../src/clock.ts";
import { silentLog } from "../src/log.ts";

test("why an event failed stands in the log, without what somebody typed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-events-"));
  const told: object[] = [];
  const log = { ...silentLog, warn: (fields: object) => void told.push(fields) };
  const bus = await openEmbeddedEventBus({ path: join(folder, "events.db"), log });
  onTestFinished(async () => {
    await bus.close();
    await rm(folder, { recursive: true });
  });
  const failures = [() => Promise.reject(new Error("the index is away")), async () => JSON.parse("my secret") as never];
  const handle = async () => failures.shift()?.();
  await bus.subscribe({ group: "group", topics: ["topic"], concurrency: 1, handle });
  const event = { topic: "topic", tenant: asTenant("tenant"), time: 0, payload: new Uint8Array() };
  await bus.publish(["a", "b"].map((id) => ({ ...event, eventId: id, key: id })));
  await expect.poll(() => told.length).toBe(2);
  expect(told[0]).toMatchObject({ topic: "topic", eventId: "a", attempts: 1, reason: "the index is away" });
  expect(JSON.stringify(told)).not.toContain("secret");
});

test("an event waits no longer than its pause when the clock is set back by a day meanwhile", async () => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-events-"));
  let offset = 0;
  const clock = { ...systemClock, now: () => Date.now() + offset };
  const bus = await openEmbeddedEventBus({ path: join(folder, "events.db"), clock });
  onTestFinished(async () => {
    await bus.close();
    await rm(folder, { recursive: true });
  });
  const attempts: number[] = [];
  const handle = async (_event: object, { attempt }: { attempt: number }) => {
    attempts.push(attempt);
    if (attempt === 1) throw new Error("the index is away");
  };
  await bus.subscribe({ group: "group", topics: ["topic"], retry: { firstDelayMs: 300 }, handle });
  const event = { topic: "topic", tenant: asTenant("tenant"), time: 0, payload: new Uint8Array() };
  await bus.publish([{ ...event, eventId: "a", key: "a" }]);
  await expect.poll(() => attempts).toEqual([1]);
  offset = -86_400_000;
  await expect.poll(() => attempts, { timeout: 10_000 }).toEqual([1, 2]);
});
