import type { ServerResponse } from "node:http";

/** A signal that aborts when the client goes away before its answer is whole. For calls whose work nobody else wants. */
export function onDisconnect(res: ServerResponse): AbortSignal {
  const controller = new AbortController();
  res.once("close", () => {
    if (!res.writableFinished) controller.abort();
  });
  return controller.signal;
}
