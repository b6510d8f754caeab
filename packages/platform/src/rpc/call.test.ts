import { afterEach, expect, it, vi } from "vitest";
import { Call } from "./call.ts";

afterEach(() => void vi.useRealTimers());

it("a call has as much time left as before when the system's time is set", () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const call = new Call({ timeoutMs: 60_000, signal: undefined });
  for (const hours of [1, -2]) {
    vi.setSystemTime(Date.now() + hours * 3_600_000);
    expect(Math.abs(call.timeoutMs() - 60_000)).toBeLessThan(10_000);
  }
  call.end();
});
