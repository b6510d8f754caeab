import { open } from "node:fs/promises";

/** A stream given to `put` failed by itself; `cause` is its own error, which the caller of `put` gets. */
export class ContentError extends Error {
  override readonly name = "ContentError";
}

/** Writes a file and flushes it to disk; gives the bytes written. */
export async function writeDraft(
  path: string,
  content: Uint8Array | AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<number> {
  signal?.throwIfAborted();
  const handle = await open(path, "wx", 0o600);
  let size = 0;
  try {
    for await (const chunk of content instanceof Uint8Array ? [content] : marked(content)) {
      signal?.throwIfAborted();
      await handle.writeFile(chunk);
      size += chunk.byteLength;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  signal?.throwIfAborted();
  return size;
}

async function* marked(content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* content;
  } catch (error) {
    throw new ContentError("the content's stream failed", { cause: error });
  }
}
