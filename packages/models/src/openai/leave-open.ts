/**
 * The provider's client leaves an answer at its last event and cancels the rest, which is the end and nothing else. Many servers send the end a moment
 * later: the connection would be lost with it, and every answer would begin with a new one. After this call what is left is read to its end; the
 * request's signal ends that, too.
 * @returns whether the client left in this way, so that the last event has come
 */
export function leaveOpen(body: ReadableStream<Uint8Array>): () => boolean {
  const reader = body.getReader();
  let hasLeft = false;
  const patient = {
    read: () => reader.read(),
    cancel: async () => {
      hasLeft = true;
      void readToEnd(reader);
    },
    // The lock goes with the stream, which has no second reader.
    releaseLock: () => {},
  };
  Object.defineProperty(body, "getReader", { value: () => patient });
  return () => hasLeft;
}

async function readToEnd(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    while (!(await reader.read()).done);
  } catch {
    // The server broke off, or took too long. Nobody waits for it.
  }
}
