import { openDiskSync, type OpenDiskSync } from "./disk-sync.ts";

/** For tests: a disk that takes its time. */
export interface HeldSyncs {
  readonly open: OpenDiskSync;
  /** Syncs that were asked for, each held back until it is called: with an error it fails, without one it is made. */
  readonly held: ((error?: Error) => void)[];
}

export function holdSyncs(): HeldSyncs {
  const held: HeldSyncs["held"] = [];
  const open: OpenDiskSync = (path) => {
    const disk = openDiskSync(path);
    const sync = async () => {
      await new Promise<void>((resolve, reject) => {
        held.push((error) => (error === undefined ? resolve() : reject(error)));
      });
      await disk.sync();
    };
    return { ...disk, sync };
  };
  return { open, held };
}
