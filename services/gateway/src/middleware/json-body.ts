import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable, Transform } from "node:stream";
import { MIMEType } from "node:util";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { RestError, restErrors } from "../rest-error.ts";
import { DisconnectedError } from "./disconnect.ts";

/** What nearly every client sends, told without parsing. */
const commonType = /^application\/json(?:; ?charset=utf-8)?$/i;

const inflaters = { gzip: createGunzip, "x-gzip": createGunzip, deflate: createInflate, br: createBrotliDecompress };

/**
 * Reads a request's JSON body, which is yet to be parsed. The limit counts inflated bytes while they arrive, so neither a false length nor a
 * compressed bomb is ever held. A client that asked whether to send it is told to, once nothing in the head is against it.
 * @throws RestError MEDIA_TYPE, TOO_LARGE or, where it cannot be unpacked, BAD_JSON, in this order; DisconnectedError when the client goes away meanwhile.
 */
export async function readBody(req: IncomingMessage, res: ServerResponse, limitBytes: number): Promise<Buffer> {
  if (!isJsonType(req.headers["content-type"] ?? "")) throw restErrors.mediaType();
  const inflate = inflaterOf(req);
  if (Number(req.headers["content-length"] ?? 0) > limitBytes) throw restErrors.tooLarge();
  if (asksFirst(req)) res.writeContinue();
  return inflate === undefined ? collect(req, limitBytes) : collectInflated(req, inflate(), limitBytes);
}

/** JSON in UTF-8; parameters that say nothing about the characters are ignored. */
function isJsonType(value: string): boolean {
  if (commonType.test(value)) return true;
  try {
    const { essence, params } = new MIMEType(value);
    return essence === "application/json" && /^utf-?8$/i.test(params.get("charset") ?? "utf-8");
  } catch {
    return false;
  }
}

/** True when the request announces a body. */
export function hasBody(req: IncomingMessage): boolean {
  return req.headers["transfer-encoding"] !== undefined || Number(req.headers["content-length"] ?? 0) > 0;
}

/** As Node tells it, which leaves these requests to us. */
function asksFirst({ headers, httpVersionMinor }: IncomingMessage): boolean {
  return httpVersionMinor === 1 && /(?:^|\W)100-continue(?:$|\W)/i.test(headers.expect ?? "");
}

function inflaterOf(req: IncomingMessage): (() => Transform) | undefined {
  const encoding = req.headers["content-encoding"]?.toLowerCase() ?? "identity";
  if (encoding === "identity") return undefined;
  if (!Object.hasOwn(inflaters, encoding)) throw restErrors.contentEncoding();
  return inflaters[encoding as keyof typeof inflaters];
}

async function collectInflated(req: IncomingMessage, inflater: Transform, limitBytes: number) {
  const onGone = () => inflater.destroy(new DisconnectedError());
  req.on("error", onGone).on("aborted", onGone);
  try {
    return await collect(req.pipe(inflater), limitBytes);
  } catch (error) {
    throw error instanceof DisconnectedError || error instanceof RestError ? error : restErrors.badJson(error);
  } finally {
    // What is left of the body is read and dropped, so that the answer can be received.
    req.unpipe(inflater);
    inflater.destroy();
    req.resume();
  }
}

function collect(stream: Readable, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limitBytes) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      stream.off("data", onData);
      stream.resume();
      reject(restErrors.tooLarge());
    };
    stream.on("data", onData);
    stream.on("end", () => {
      // The connection closes after its last request, too: then nobody is waiting, and an error would be made for nothing.
      stream.off("close", onClose);
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    });
    stream.on("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "ECONNRESET" ? new DisconnectedError("the client left", { cause: error }) : error),
    );
    const onClose = () => reject(new DisconnectedError("the client left"));
    stream.on("close", onClose);
  });
}
