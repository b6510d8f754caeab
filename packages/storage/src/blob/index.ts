export { openFolderBlobStore } from "./folder-blob-store.ts";
