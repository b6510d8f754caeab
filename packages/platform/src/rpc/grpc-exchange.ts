import { constants, type ClientHttp2Stream, type IncomingHttpHeaders } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import { maxMessageBytes } from "./request-listener.ts";

/** In front of each message: a byte of flags, and its length in four. */
const prefixBytes = 5;

/** What came back over a stream of HTTP/2, from its first header to its trailers. */
export interface Answer {
  header: IncomingHttpHeaders;
  trailer: IncomingHttpHeaders;
  parts: readonly Buffer[];
}

/**
 * Sends a framed message and reads the answer to its end; an abort resets the stream.
 * @throws ConnectError when the stream is reset, its connection is lost or the answer is too long; what the signal says when it aborts
 */
export function exchange(stream: ClientHttp2Stream, body: Buffer, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const answer: Answer = { header: {}, trailer: {}, parts };
    let size = 0;
    const abandon = (reason: unknown) => {
      reject(reason);
      stream.close(constants.NGHTTP2_CANCEL);
    };
    const onAbort = () => abandon(signal.reason);
    stream
      .on("response", (header) => {
        answer.header = header;
      })
      .on("data", (part: Buffer) => {
        size += part.length;
        parts.push(part);
        if (size > prefixBytes + maxMessageBytes) abandon(tooLarge("readMaxBytes", Buffer.concat(parts).readUInt32BE(1)));
      })
      .on("trailers", (trailer) => {
        answer.trailer = trailer;
      })
      .on("end", () => {
        if (!("grpc-status" in answer.trailer || "grpc-status" in answer.header)) return;
        resolve(answer);
        // Answered before it had read everything: the rest of the request is of no use.
        if (!stream.writableFinished) stream.close(constants.NGHTTP2_CANCEL);
      })
      .on("error", (error: Error) => reject(failureOf(stream, error)))
      .on("close", () => {
        signal.removeEventListener("abort", onAbort);
        if (stream.rstCode === constants.NGHTTP2_NO_ERROR) resolve(answer);
        else reject(failureOf(stream));
      });
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort);
    stream.end(body);
  });
}

/** What a call has come to whose stream was reset, or whose connection was lost. */
function failureOf({ rstCode }: ClientHttp2Stream, error?: Error): ConnectError {
  const isReset = error === undefined || ("code" in error && error.code === "ERR_HTTP2_STREAM_ERROR");
  const code = isReset ? (resetCodes.get(rstCode) ?? Code.Internal) : Code.Aborted;
  return new ConnectError(error?.message ?? `the stream was reset with code ${rstCode}`, code, undefined, undefined, error);
}

/** Table "HTTP2 Code - GRPC Code" of the protocol; the others are INTERNAL. */
const resetCodes: ReadonlyMap<number, Code> = new Map([
  [constants.NGHTTP2_REFUSED_STREAM, Code.Unavailable],
  [constants.NGHTTP2_CANCEL, Code.Canceled],
  [constants.NGHTTP2_ENHANCE_YOUR_CALM, Code.ResourceExhausted],
  [constants.NGHTTP2_INADEQUATE_SECURITY, Code.PermissionDenied],
]);

/** @throws ConnectError RESOURCE_EXHAUSTED for a message over 32 MiB */
export function frame(message: Uint8Array): Buffer {
  if (message.byteLength > maxMessageBytes) throw tooLarge("writeMaxBytes", message.byteLength);
  const framed = Buffer.allocUnsafe(prefixBytes + message.byteLength);
  framed[0] = 0;
  framed.writeUInt32BE(message.byteLength, 1);
  framed.set(message, prefixBytes);
  return framed;
}

/** @throws ConnectError INTERNAL when it is not exactly one message */
export function unframe(parts: readonly Buffer[]): Buffer {
  const framed = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  const isWhole = framed.byteLength >= prefixBytes && framed[0] === 0 && framed.readUInt32BE(1) === framed.byteLength - prefixBytes;
  if (!isWhole) throw new ConnectError("protocol error: the answer is not one message without compression", Code.Internal);
  return framed.subarray(prefixBytes);
}

function tooLarge(limit: "readMaxBytes" | "writeMaxBytes", size: number): ConnectError {
  return new ConnectError(`message size ${size} is larger than configured ${limit} ${maxMessageBytes}`, Code.ResourceExhausted);
}
