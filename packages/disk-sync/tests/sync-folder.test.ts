import { expect, test } from "vitest";
import { syncFolder } from "../src/sync-folder.ts";

test.runIf(process.platform === "linux")("a folder of a file system that syncs none is no failure", async () => {
  await expect(syncFolder("/proc")).resolves.toBeUndefined();
  await expect(syncFolder("/proc/absent")).rejects.toThrow("ENOENT");
});
