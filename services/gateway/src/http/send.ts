import type { ServerResponse } from "node:http";
import type { RestError } from "../rest-error.ts";
import { addHeader } from "./add-header.ts";
import { endTogether } from "./end-together.ts";

/** Answers 200 with a JSON body, or with what HEAD leaves of it. */
export function sendJson(res: ServerResponse, body: object): void {
  send(res, 200, JSON.stringify(body));
}

/** Answers with the contract's error envelope. */
export function sendError(res: ServerResponse, error: RestError): void {
  for (const name of Object.keys(error.headers)) addHeader(res, name, error.headers[name] ?? "");
  send(res, error.status, errorBody(error));
}

/** The contract's error envelope as it goes over the wire. */
export function errorBody(error: RestError): string {
  const envelope = { status: "error", message: error.message };
  return JSON.stringify(error.errors === undefined ? envelope : { ...envelope, errors: error.errors });
}

/** How long a slow reader may take for what was already written. */
const flushTimeoutMs = 30_000;

/**
 * Ends an answer that cannot be completed: what was written still arrives, the final chunk does not, so the client sees the cut. HTTP/1.0,
 * which nginx speaks unless it is told otherwise, has no chunks: there an answer ends with its connection, and only a reset is no end.
 */
export function cutOff({ req, socket }: ServerResponse): void {
  socket?.setTimeout(flushTimeoutMs, () => socket.resetAndDestroy());
  if (req.httpVersionMinor === 0) socket?.write("", () => socket.resetAndDestroy());
  else socket?.destroySoon();
}

function send(res: ServerResponse, status: number, payload: string): void {
  res.statusCode = status;
  addHeader(res, "Content-Type", "application/json; charset=utf-8");
  addHeader(res, "Content-Length", Buffer.byteLength(payload));
  endTogether(res, payload);
}
