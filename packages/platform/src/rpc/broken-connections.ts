import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { isHandshakeFailure } from "./tls-connect.ts";

/** A connection that cannot be made or breaks is UNAVAILABLE, whatever code the library finds for the system's error. */
export const brokenConnections: Interceptor = (next) => async (request) => {
  try {
    const response = await next(request);
    return response.stream ? { ...response, message: translateBreaks(response.message, request.signal) } : response;
  } catch (error) {
    throw translateBreak(error, request.signal);
  }
};

async function* translateBreaks<T>(messages: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (error) {
    throw translateBreak(error, signal);
  }
}

function translateBreak(error: unknown, signal: AbortSignal): unknown {
  const isOurs = !(error instanceof ConnectError) || error.isWireError || signal.aborted;
  const causes = causesOf(error);
  const handshake = causes.find(isHandshakeFailure);
  if (isOurs || !(breakCodes.has(error.code) || causes.some(isRefusedStream) || handshake !== undefined)) return error;
  const message = handshake === undefined ? "the service cannot be reached" : untrusted(handshake);
  const broken = new ConnectError(message, Code.Unavailable, undefined, undefined, error);
  breaks.set(broken, {
    untrusted: handshake !== undefined,
    neverSent: handshake !== undefined || causes.some((cause) => isRefusedStream(cause) || neverBegan(cause)),
  });
  return broken;
}

function untrusted(handshake: Error): string {
  const code = "code" in handshake ? ` (${String(handshake.code)})` : "";
  return `no trusted TLS connection to the service could be made: ${handshake.message}${code}`;
}

const breaks = new WeakMap<object, { neverSent: boolean; untrusted: boolean }>();

/** Whether a call failed because its connection could not be made or broke, and not by an answer. */
export function isLocalBreak(error: unknown): boolean {
  return error instanceof ConnectError && breaks.has(error);
}

/** Whether a call failed because no TLS connection could be made that is trusted; the message says why. */
export function isUntrusted(error: unknown): error is ConnectError {
  return error instanceof ConnectError && breaks.get(error)?.untrusted === true;
}

/** Whether it is certain that no handler has seen the request of a call that failed. */
export function wasNeverSent(error: unknown): boolean {
  return error instanceof ConnectError && breaks.get(error)?.neverSent === true;
}

function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let cause = error; cause instanceof Error && !causes.includes(cause); cause = cause.cause) causes.push(cause);
  return causes;
}

/** The server said that it does not take up the request: connect-node has two ways of telling. */
function isRefusedStream({ message }: Error): boolean {
  return message.includes("REFUSED_STREAM");
}

/** There was no connection to send the request over. */
function neverBegan(cause: Error): boolean {
  if ("code" in cause && cause.code === "ETIMEDOUT") return "syscall" in cause && cause.syscall === "connect";
  return "code" in cause && neverSentCodes.has(String(cause.code));
}

const neverSentCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ERR_HTTP2_GOAWAY_SESSION",
]);

/** What a refused, reset or closed connection comes to. */
const breakCodes: ReadonlySet<Code> = new Set([Code.Aborted, Code.Canceled, Code.Unavailable]);
