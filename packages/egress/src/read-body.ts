import { Duplex, pipeline, Readable, Transform } from "node:stream";
import { createBrotliDecompress, createInflateRaw, createZstdDecompress } from "node:zlib";
import { EgressError } from "./egress-error.ts";
import { toEgressError } from "./broken-exchange.ts";

/** Encodings that are asked for and understood. */
export const acceptEncoding = "gzip, deflate, br, zstd";

/** No text packs better than this; what does is made to fill memory. */
const maxRatio = 100;
/** Up to this size the ratio says nothing, in bytes. */
const ratioFloor = 1024 * 1024;
const mostEncodings = 2;

export interface BodyLimits {
  /** Most bytes, unpacked. */
  maxBytes: number;
  signal: AbortSignal;
}

/**
 * The body of an answer, unpacked piece by piece, its size counted after unpacking.
 * @throws EgressError `too_large`, `protocol` or `unreachable`; the signal's reason when it aborts
 */
export async function* readBody(body: Readable, headers: Headers, { maxBytes, signal }: BodyLimits): AsyncGenerator<Uint8Array> {
  const encodings = encodingsOf(headers);
  if (encodings.length === 0 && Number(headers.get("content-length") ?? 0) > maxBytes) throw tooLarge();
  const wire = { bytes: 0 };
  const unpacked = encodings.length === 0 ? body : unpack(body, encodings, wire);
  let bytes = 0;
  try {
    for await (const piece of unpacked as AsyncIterable<Uint8Array>) {
      bytes += piece.length;
      const isBomb = unpacked !== body && bytes > ratioFloor && bytes > maxRatio * wire.bytes;
      if (bytes > maxBytes || isBomb) throw tooLarge();
      yield piece;
    }
  } catch (error) {
    signal.throwIfAborted();
    const isUnpacking = error instanceof Error && isUnpackingError(error);
    // An answer without a body, such as one to HEAD, may still say how it would be packed.
    if (isUnpacking && wire.bytes === 0) return;
    throw isUnpacking ? notUnpacked(error) : toEgressError(error);
  } finally {
    unpacked.destroy();
  }
}

/** Those of IANA's list. Servers also write charsets and their own notes there, which pack nothing and which browsers pass over. */
const codings = new Set(["gzip", "x-gzip", "deflate", "br", "zstd", "compress", "x-compress", "aes128gcm", "dcb", "dcz", "exi"]);

function encodingsOf(headers: Headers): string[] {
  const encodings = (headers.get("content-encoding") ?? "")
    .split(",")
    .map((encoding) => encoding.trim().toLowerCase())
    .filter((encoding) => codings.has(encoding));
  if (encodings.length > mostEncodings) throw new EgressError("protocol", "The answer is packed too many times");
  return encodings;
}

function unpack(body: Readable, encodings: readonly string[], wire: { bytes: number }): Readable {
  const count = new Transform({
    transform(piece: Uint8Array, _encoding, done) {
      wire.bytes += piece.length;
      done(null, piece);
    },
  });
  const steps: Duplex[] = [count, ...encodings.toReversed().map(unpacker)];
  // Errors of every step reach the last one, where they are thrown to the reader.
  pipeline([body, ...steps], () => {});
  return steps.at(-1) ?? count;
}

function unpacker(encoding: string): Duplex {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return inflateBehind(gzipHeadSize);
    case "deflate":
      return inflateBehind(deflateHeadSize);
    case "br":
      return createBrotliDecompress();
    case "zstd":
      return createZstdDecompress();
    default:
      throw new EgressError("protocol", "The answer is packed in a way that is not understood");
  }
}

/**
 * What is inflated behind a head, up to where that says that it ends. The checksum and the length behind that are not asked for: servers send wrong
 * ones, none, or bytes of their own, which browsers pass over, too.
 */
function inflateBehind(sizeOfHead: (beginning: Buffer) => number | undefined): Duplex {
  return Duplex.from(async function* (source: AsyncIterable<Uint8Array>) {
    const pieces = source[Symbol.asyncIterator]();
    let beginning = Buffer.alloc(0);
    let size: number | undefined;
    while (size === undefined && beginning.length < longestHead) {
      const next = await pieces.next();
      if (next.done === true) break;
      beginning = Buffer.concat([beginning, next.value]);
      size = sizeOfHead(beginning);
    }
    if (beginning.length === 0) return;
    if (size === undefined) throw notUnpacked();
    const inflate = createInflateRaw();
    pipeline([Readable.from(withFirst(beginning.subarray(size), pieces)), inflate], () => {});
    yield* inflate;
  });
}

const longestHead = 64 * 1024;

/** Some servers send deflate without the head that the standard wants before it; the first byte tells. */
function deflateHeadSize(beginning: Buffer): number | undefined {
  if (beginning.length < 2) return undefined;
  return (beginning.readUInt8(0) & 0x0f) === 8 ? 2 : 0;
}

/** By RFC 1952; undefined for more than there is yet. @throws EgressError for what is no gzip */
function gzipHeadSize(beginning: Buffer): number | undefined {
  if (!gzipMark.subarray(0, beginning.length).equals(beginning.subarray(0, gzipMark.length))) throw notUnpacked();
  if (beginning.length < 12) return undefined;
  const flags = beginning.readUInt8(3);
  let size = 10;
  if ((flags & 4) !== 0) size += 2 + beginning.readUInt16LE(size);
  // A name and a comment, each with a zero at its end.
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue;
    const end = beginning.indexOf(0, size);
    if (end === -1) return undefined;
    size = end + 1;
  }
  if ((flags & 2) !== 0) size += 2;
  return size <= beginning.length ? size : undefined;
}

const gzipMark = Buffer.from([0x1f, 0x8b, 8]);

async function* withFirst(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

function isUnpackingError(error: Error): boolean {
  const code = "code" in error ? String(error.code) : "";
  return (
    code.startsWith("Z_") ||
    code.startsWith("ERR_BROTLI") ||
    code.startsWith("ERR_ZSTD") ||
    code.startsWith("ERR__ERROR_FORMAT") ||
    code.startsWith("ZSTD_")
  );
}

function notUnpacked(cause?: unknown): EgressError {
  return new EgressError("protocol", "The answer could not be unpacked", { cause });
}

function tooLarge(): EgressError {
  return new EgressError("too_large", "The answer is too large");
}
