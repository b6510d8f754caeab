import type { ServerResponse } from "node:http";
import { DisconnectedError } from "../middleware/disconnect.ts";

/** A reader has its time for so much at once, however large a piece is. */
const partBytes = 64 * 1024;

/**
 * Writes a piece of an answer and, when the client reads more slowly than we write, waits until it has caught up.
 * @throws DisconnectedError when the client leaves, or does not read 64 KiB for so long.
 */
export async function writePiece(res: ServerResponse, piece: string, slowReaderTimeoutMs: number): Promise<void> {
  for (const part of partsOf(piece)) {
    if (!res.write(part)) await drained(res, slowReaderTimeoutMs);
  }
}

function* partsOf(piece: string): Generator<string | Buffer> {
  if (piece.length <= partBytes) {
    yield piece;
    return;
  }
  const bytes = Buffer.from(piece);
  for (let start = 0; start < bytes.length; start += partBytes) yield bytes.subarray(start, start + partBytes);
}

function drained(res: ServerResponse, timeoutMs: number): Promise<void> {
  // A response to HEAD, or to a client that left, has nothing to drain.
  if (res.writableLength === 0 && !res.destroyed) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      res.off("drain", onDrain).off("close", onClose);
      settle();
    };
    const onDrain = () => finish(resolve);
    const onClose = () => finish(() => reject(new DisconnectedError("the client left")));
    const onTimeout = () => {
      // Where there are no chunks, any other end would be taken for the end of the answer.
      if (res.socket === null) res.destroy();
      else res.socket.resetAndDestroy();
      finish(() => reject(new DisconnectedError("the client does not read")));
    };
    const timer = setTimeout(onTimeout, timeoutMs);
    res.once("drain", onDrain).once("close", onClose);
    if (res.destroyed) onClose();
  });
}
