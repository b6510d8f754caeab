/** Where a server takes a blob: at once, or in parts that become a blob only by their commit. */
export interface UploadTarget {
  whole(content: Uint8Array): Promise<void>;
  begin(): Promise<PartsUpload>;
}

export interface PartsUpload {
  add(part: Uint8Array): Promise<void>;
  /** Makes the parts the blob. It is not aborted, because nobody could tell then whether the blob is there. */
  commit(): Promise<void>;
  /** Gives back the room that the parts take. Does not throw. */
  abandon(): Promise<void>;
}

/**
 * Sends content of unknown length while it comes. What fits into one part goes as a whole, so most blobs cost one request; otherwise two
 * parts are held in memory at a time. An error of the content's own stream reaches the caller as it is.
 */
export async function upload(
  content: Uint8Array | AsyncIterable<Uint8Array>,
  target: UploadTarget,
  { partBytes, signal }: { partBytes: number; signal: AbortSignal | undefined },
): Promise<{ size: number }> {
  signal?.throwIfAborted();
  let size = 0;
  let held: Uint8Array = new Uint8Array();
  let parts: PartsUpload | undefined;
  try {
    for await (const part of partsOf(content, partBytes)) {
      signal?.throwIfAborted();
      if (size > 0) {
        parts ??= await target.begin();
        await parts.add(held);
      }
      held = part;
      size += part.byteLength;
    }
    signal?.throwIfAborted();
    if (parts === undefined) await target.whole(held);
    else {
      await parts.add(held);
      await parts.commit();
    }
    return { size };
  } catch (error) {
    await parts?.abandon();
    throw error;
  }
}

/** Cuts content into parts of a size; the last one may be shorter, and none is empty. */
export async function* partsOf(content: Uint8Array | AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of content instanceof Uint8Array ? [content] : content) {
    let rest = chunk;
    while (length + rest.byteLength >= bytes) {
      const fitting = rest.subarray(0, bytes - length);
      yield held.length === 0 ? fitting : Buffer.concat([...held, fitting]);
      rest = rest.subarray(fitting.byteLength);
      held = [];
      length = 0;
    }
    if (rest.byteLength === 0) continue;
    // A copy, because a stream may fill the same buffer again.
    held.push(content instanceof Uint8Array ? rest : Buffer.from(rest));
    length += rest.byteLength;
  }
  if (length > 0) yield Buffer.concat(held);
}
