import type { ServerResponse } from "node:http";

/** The client went away before its request was whole, or does not read its answer; there is nobody to answer. */
export class DisconnectedError extends Error {
  override readonly name = "DisconnectedError";
}

/** A signal that aborts when the client goes away before its answer is whole. For calls whose work nobody else wants. */
export function onDisconnect(res: ServerResponse): AbortSignal {
  const controller = new AbortController();
  res.once("close", () => {
    if (!res.writableFinished) controller.abort();
  });
  return controller.signal;
}
