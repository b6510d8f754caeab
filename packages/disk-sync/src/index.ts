export { openDiskSync, type DiskSync, type OpenDiskSync } from "./disk-sync.ts";
