import { existsSync } from "node:fs";
import { StoreError } from "@parlance/ports";
import { lockDataDirectory } from "@parlance/storage/embedded";

/** True while a process has the data folder. A folder that is not there is in nobody's use. */
export async function isDataDirectoryInUse(folder: string): Promise<boolean> {
  if (!existsSync(folder)) return false;
  try {
    (await lockDataDirectory(folder)).close();
    return false;
  } catch (error) {
    if (error instanceof StoreError && isBusy(error.cause)) return true;
    throw error;
  }
}

/** SQLITE_BUSY. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === 5;
}
