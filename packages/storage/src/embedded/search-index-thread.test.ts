import { describe, expect, it } from "vitest";
import { SearchIndexThread } from "./search-index-thread.ts";

/** Answers with the name asked; `discard` ends the thread, `retire` throws outside any call, `put` answers after a turn. */
const script = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from "node:worker_threads";
    parentPort.on("message", ({ name }) => {
      if (name === "discard") process.exit(3);
      if (name === "retire") throw new Error("broken");
      parentPort.postMessage({ result: name });
    });
  `)}`,
);
const file = "chatbot.db";

describe("SearchIndexThread", () => {
  it.each([
    ["ends", () => "discard" as const],
    ["throws", () => "retire" as const],
  ])("rejects the call that was running when the thread %s, and makes the waiting ones in a new thread", async (_, name) => {
    const thread = new SearchIndexThread(script, {});
    const request = { file, generation: 1, documentId: "d", keep: [] };
    const results = await Promise.allSettled([
      thread.call("release", { file }),
      thread.call(name(), request),
      thread.call("release", { file }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(results[1]).toMatchObject({ reason: { name: "StoreError", kind: "unavailable" } });
    await thread.close();
  });

  it("never makes a call that was aborted before its turn", async () => {
    const thread = new SearchIndexThread(script, {});
    const controller = new AbortController();
    const first = thread.call("release", { file });
    const aborted = thread.call("discard", { file, generation: 1 }, { signal: controller.signal });
    controller.abort(new Error("left"));
    await expect(aborted).rejects.toThrow("left");
    await expect(first).resolves.toBe("release");
    await expect(thread.call("release", { file })).resolves.toBe("release");
    await thread.close();
    await thread.close();
  });
});
