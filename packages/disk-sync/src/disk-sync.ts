import { closeSync, openSync } from "node:fs";
import { SyncThread } from "./sync-thread.ts";

/** Brings what was written to one file to the disk, whoever in this process wrote it. */
export interface DiskSync {
  /**
   * Resolves once everything that was written before the call would survive a loss of power.
   * @throws the system's error, after which nobody knows what is on disk: a later success says nothing about these bytes
   */
  sync(): Promise<void>;
  /** Only when no sync is under way. */
  close(): void;
}

export type OpenDiskSync = (path: string) => DiskSync;

/** One for all files of the process: it costs a few megabytes, and a disk does one thing at a time. */
const thread = new SyncThread();

/**
 * Opens a file that exists, for syncs on a thread of their own: a sync takes a third of a millisecond on a fast disk and twenty on a slow one,
 * in which an event loop that waits serves nobody. Not on the pool of threads that Node shares among files and names, where a name server
 * that is silent would hold up every write.
 */
export function openDiskSync(path: string): DiskSync {
  const file = openSync(path, "r+");
  return {
    sync: () => thread.sync(file),
    close: () => closeSync(file),
  };
}
