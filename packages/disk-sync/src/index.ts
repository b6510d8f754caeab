export { isErrno } from "./is-errno.ts";
export { makePath } from "./make-path.ts";
export { openDiskSync, type DiskSync, type OpenDiskSync } from "./disk-sync.ts";
export { syncFolder } from "./sync-folder.ts";
