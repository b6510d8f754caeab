import { rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { openDiskSync } from "@parlance/disk-sync";

/**
 * Waits until bytes beside a store's file can be brought to the disk again.
 * @param file the store's own, a database with a log of writes beside it
 * @returns false when either is gone, which no waiting mends
 */
export async function diskWorks(file: string, everyMs = 1_000): Promise<boolean> {
  for (; ; await sleep(everyMs)) {
    if ((await isGone(file)) || (await isGone(`${file}-wal`))) return false;
    if (await canSync(`${file}-probe`)) return true;
  }
}

async function isGone(path: string): Promise<boolean> {
  return stat(path).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === "ENOENT",
  );
}

async function canSync(path: string): Promise<boolean> {
  try {
    await writeFile(path, "probe");
    const disk = openDiskSync(path);
    try {
      await disk.sync();
    } finally {
      disk.close();
    }
    return true;
  } catch {
    return false;
  } finally {
    await rm(path, { force: true }).catch(() => undefined);
  }
}
