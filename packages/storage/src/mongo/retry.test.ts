import { MongoNetworkError, MongoServerError } from "mongodb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { untilCertain } from "./retry.ts";

describe("an operation that MongoDB does not answer", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date", "performance", "setTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  it("is given up after ten seconds, also when the system's time is set back meanwhile", async () => {
    const outcome = untilCertain("things", () => Promise.reject(new MongoNetworkError("cut"))).catch((error: unknown) => error);
    vi.setSystemTime(Date.now() - 3_600_000);
    await vi.advanceTimersByTimeAsync(11_000);
    expect(await Promise.race([outcome, Promise.resolve("still tried")])).toMatchObject({ kind: "unavailable" });
  });

  it("is given up with what to do, and nothing of what was asked", async () => {
    const stepDown = new MongoServerError({ message: "what somebody typed", code: 10_107, codeName: "NotWritablePrimary" });
    stepDown.addErrorLabel("RetryableWriteError");
    const outcome = untilCertain("things", () => Promise.reject(stepDown)).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(11_000);
    const { message } = (await outcome) as Error;
    expect(message).toContain("see rs.status()");
    expect(message).not.toContain("typed");
  });
});
