export { openAzureBlobStore, type AzureOptions } from "./azure-blob-store.ts";
