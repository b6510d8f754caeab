import type { Readable } from "node:stream";
import { StoreError } from "@parlance/ports";

/**
 * The chunks of an answer that a server is sending. It is cut off when the signal aborts, when its reader leaves, and when nothing comes
 * for `idleMs` although the reader waits, or nobody reads: neither a silent server nor a forgotten stream holds a connection for good.
 * A reader may take any time over a chunk.
 * @throws StoreError `unavailable` while it is read, when the connection breaks
 */
export function remoteChunks(
  body: Readable,
  { signal, idleMs, server }: { signal: AbortSignal | undefined; idleMs: number; server: string },
): AsyncIterable<Uint8Array> {
  // Whoever reads gets errors from the iterator; without a reader nobody is there to hear them.
  body.on("error", () => {});
  const leave = () => body.destroy();
  signal?.addEventListener("abort", leave, { once: true });
  body.once("close", () => signal?.removeEventListener("abort", leave));
  const giveUp = () => body.destroy(new Error(`nothing came for ${idleMs} ms`));
  let silence = setTimeout(giveUp, idleMs).unref();
  return (async function* () {
    try {
      for await (const chunk of body) {
        clearTimeout(silence);
        signal?.throwIfAborted();
        yield chunk;
        silence = setTimeout(giveUp, idleMs).unref();
      }
      signal?.throwIfAborted();
    } catch (error) {
      signal?.throwIfAborted();
      throw new StoreError("unavailable", `${server} broke off while a blob was read`, { cause: error });
    } finally {
      clearTimeout(silence);
      body.destroy();
    }
  })();
}

export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
