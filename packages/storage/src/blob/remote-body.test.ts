import { Readable } from "node:stream";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { collect, remoteChunks } from "./remote-body.ts";

describe("remoteChunks", () => {
  it("gives up a server that falls silent, and says that it is unavailable", async () => {
    const body = new Readable({ read: () => {} });
    body.push("half");
    const reading = collect(remoteChunks(body, { signal: undefined, idleMs: 20, server: "S3" }));
    await expect(reading).rejects.toMatchObject({ kind: "unavailable", message: "S3 broke off while a blob was read" });
    expect(body.destroyed).toBe(true);
  });

  it("lets go of a connection that nobody reads", async () => {
    const body = new Readable({ read: () => {} });
    const chunks = remoteChunks(body, { signal: undefined, idleMs: 20, server: "S3" });
    await new Promise((resolve) => body.once("close", resolve));
    await expect(collect(chunks)).rejects.toMatchObject({ kind: "unavailable" });
  });

  it("waits for its own reader as long as that takes", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const body = Readable.from([Buffer.from("a"), Buffer.from("b")]);
    const chunks = remoteChunks(body, { signal: undefined, idleMs: 20, server: "S3" })[Symbol.asyncIterator]();
    expect(String((await chunks.next()).value)).toBe("a");
    vi.advanceTimersByTime(60_000);
    expect(String((await chunks.next()).value)).toBe("b");
    expect((await chunks.next()).done).toBe(true);
  });
});
