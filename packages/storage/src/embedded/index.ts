export { openEmbeddedDocumentStore } from "./document-store.ts";
export { openEmbeddedSearchIndex, type EmbeddedSearchIndexOptions } from "./search-index.ts";
