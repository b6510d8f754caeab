/** Files by key. A blob is written whole or not at all, and never changes. */
export interface BlobStore {
  /** Durable when it resolves; a stream that fails leaves nothing behind. The same key twice overwrites, atomically. */
  put(key: BlobKey, content: Uint8Array | AsyncIterable<Uint8Array>, options?: { signal?: AbortSignal }): Promise<{ size: number }>;
  /** undefined when there is no such blob. */
  get(key: BlobKey, options?: { signal?: AbortSignal }): Promise<Uint8Array | undefined>;
  /** Streams a blob in chunks; undefined when there is no such blob. */
  read(key: BlobKey, options?: { signal?: AbortSignal }): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Idempotent. */
  delete(key: BlobKey): Promise<void>;
  /** Deletes every blob whose key begins with the prefix. Idempotent. */
  deleteAll(prefix: BlobKey): Promise<void>;
  /** Keys with the prefix, ascending, at most `limit`, after `after`. */
  list(prefix: BlobKey, options: { limit: number; after?: string }): Promise<string[]>;
  /** Idempotent. */
  close(): Promise<void>;
}

/**
 * `<tenant>/<chatbot>/…`: 1 to 900 characters of ASCII letters, digits and `._-:`, in segments of at most 120 characters divided by `/`; no segment
 * is empty, `.` or `..`. A prefix is the beginning of a key, so it may end in the middle of a segment or with `/`; only `list` takes an
 * empty one.
 * An adapter refuses any other with a TypeError.
 */
export type BlobKey = string;
