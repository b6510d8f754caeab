// The thread of sync-thread.ts.
import { fdatasyncSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import type { SyncReply, SyncRequest } from "./sync-thread.ts";

const port = parentPort;
port?.on("message", ({ call, file }: SyncRequest) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the port of a thread, not a window
  port.postMessage({ call, ...attempt(file) } satisfies SyncReply);
});

function attempt(file: number): Pick<SyncReply, "error"> {
  try {
    fdatasyncSync(file);
    return {};
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return { error: { message, code } };
  }
}
