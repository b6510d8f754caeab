export { lockDataDirectory, type DataDirectory } from "./data-directory.ts";
export { openEmbeddedDocumentStore } from "./document-store.ts";
export { openEmbeddedSearchIndex, type EmbeddedSearchIndexOptions } from "./search-index.ts";
export { listScopeFiles } from "./search-index-files.ts";
export { scopeFile } from "./search-index-path.ts";
