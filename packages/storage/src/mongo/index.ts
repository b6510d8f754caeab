export { openMongoDocumentStore } from "./document-store.ts";
