export { openS3BlobStore, type S3Options } from "./s3-blob-store.ts";
export type { S3Credentials } from "./s3-client.ts";
