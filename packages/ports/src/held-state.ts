/**
 * A store that lies in files of this machine and can be copied while it is used. Not a port: embedded adapters have it, servers have
 * backups of their own.
 */
export interface CopyableStore {
  /**
   * Holds the store as it is at this moment, in one synchronous step, so that several stores can be held at the same moment. Everything
   * that is durable now and every change that was asked for before is in the copy; no change of a later moment is, except that a
   * BlobStore may also give blobs that came later. Reads go on; some later changes may wait until what they change is copied.
   */
  hold(): HeldState;
}

export interface HeldState {
  /** Writes the held state to a path that does not exist yet: a file or a folder, as the store itself is. Called once. */
  copyTo(path: string, options?: { signal?: AbortSignal }): Promise<void>;
  /** Ends the hold; what a copy that is still under way then holds means nothing. Idempotent. */
  release(): void;
}

/** A store in files that can tell whether they are whole. */
export interface CheckableStore {
  /** Examines every file of the store. May take seconds, and may hold up other calls. */
  faults(): Promise<StoreFault[]>;
}

export interface StoreFault {
  /** Path of the file. */
  file: string;
  /** In the driver's words; nothing of the content. */
  problem: string;
  /** True when the file cannot be used as things are, such as by this user or on a full disk; nothing else is known of it then. */
  refused?: boolean;
}
