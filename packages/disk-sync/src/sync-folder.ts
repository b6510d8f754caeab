import { open, type FileHandle } from "node:fs/promises";
import { isErrno } from "./is-errno.ts";

/** Makes what was renamed or removed in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await open(path, "r");
  } catch (error) {
    // Windows opens no folder, and needs none opened: its file system keeps renames in order by itself.
    if (process.platform === "win32") return;
    throw error;
  }
  try {
    await handle.sync();
  } catch (error) {
    // Some file systems of networks have nothing to sync of a folder.
    if (!isErrno(error, "EINVAL")) throw error;
  } finally {
    await handle.close();
  }
}
