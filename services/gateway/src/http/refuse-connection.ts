import { newUuid } from "@parlance/platform";
import { STATUS_CODES, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { restErrors, type RestError } from "../rest-error.ts";
import { errorBody } from "./send.ts";

export interface Refusals {
  /** Must hear of every request before it is answered. */
  note: (res: ServerResponse) => void;
  /** Ends a connection whose bytes Node could not understand, or that came too late. */
  refuse: (error: NodeJS.ErrnoException, socket: Duplex) => void;
}

/**
 * Answers in the contract's envelope what never became a request, and closes: nothing that follows can be understood. Answers carry no
 * number, so one that is sent out of turn would be taken for that of another request: each request gets one at most, and in its turn.
 */
export function createRefusals(): Refusals {
  const latest = new WeakMap<Duplex, ServerResponse>();
  const waiting = new WeakSet<Duplex>();
  return {
    note: (res) => void latest.set(res.req.socket, res),
    refuse: (error, socket) => {
      if (error.code === "ECONNRESET" || !socket.writable) {
        socket.destroy();
        return;
      }
      if (waiting.has(socket)) return;
      waiting.add(socket);
      const last = latest.get(socket);
      if (last === undefined) answer(socket, error);
      else if (last.req.complete) afterwards(last, () => answer(socket, error));
      // The fault is in the rest of that request. It may have its answer, or wait behind an earlier one.
      else if (last.headersSent || last.socket !== socket) socket.destroy();
      else answer(socket, error);
    },
  };
}

function afterwards(res: ServerResponse, next: () => void): void {
  if (res.closed) next();
  else res.once("close", next);
}

const refusals: Readonly<Record<string, () => RestError>> = {
  HPE_HEADER_OVERFLOW: restErrors.headersTooLarge,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: restErrors.tooLarge,
  ERR_HTTP_REQUEST_TIMEOUT: restErrors.requestTimeout,
};

function answer(socket: Duplex, error: NodeJS.ErrnoException): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const refusal = (refusals[error.code ?? ""] ?? restErrors.badRequest)();
  const body = errorBody(refusal);
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? "Refused"}`,
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${newUuid()}`,
    "X-Content-Type-Options: nosniff",
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}
