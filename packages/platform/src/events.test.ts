import { asTenant, PoisonEventError } from "@parlance/ports";
import { expect, test, vi } from "vitest";
import { consumer, makeEvent, persistentRetry } from "./events.ts";

test("what must come about is tried for a day before it is given up", () => {
  const { maxAttempts = 0, maxDelayMs = 0, firstDelayMs = 1_000 } = persistentRetry;
  const delays = Array.from({ length: maxAttempts - 1 }, (_, attempt) => Math.min(firstDelayMs * 2 ** attempt, maxDelayMs));
  expect(delays.reduce((sum, delay) => sum + delay, 0)).toBeGreaterThan(24 * 3_600_000);
  expect(Math.max(...delays), "soon after an outage it is done").toBeLessThanOrEqual(60_000);
});

test("an event whose bytes are no message of its topic is given up at once, and no handler sees it", async () => {
  const handle = vi.fn(async () => {});
  const topic = "conversation.turn.recorded.v1";
  const definition = consumer(topic, handle);
  const options = { signal: new AbortController().signal, attempt: 1 };
  const whole = makeEvent(topic, { identity: { tenant: asTenant("ann") }, key: "k", time: 1, payload: { conversationId: "c" } });
  const broken = [Buffer.from('{"json":true}'), whole.payload.subarray(0, -1), Uint8Array.of(0xff, 0xff, 0xff)];
  for (const payload of broken)
    await expect(definition.handle({ ...whole, payload }, options)).rejects.toBeInstanceOf(PoisonEventError);
  expect(handle).not.toHaveBeenCalled();
  await definition.handle(whole, options);
  expect(handle).toHaveBeenCalledWith(expect.objectContaining({ conversationId: "c" }), whole, options);
});
