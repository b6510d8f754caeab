import { createHash, randomUUID } from "node:crypto";
import type { ContainerClient } from "@azure/storage-blob";
import { azureRequest } from "./azure-errors.ts";
import type { PartsUpload, UploadTarget } from "./upload.ts";

/** Writes one blob: seen whole once it is complete, and not before. The server checks what it gets against a digest of each request. */
export function azureUploadTarget(container: ContainerClient, name: string, signal: AbortSignal | undefined): UploadTarget {
  const blob = container.getBlockBlobClient(name);
  return {
    whole: async (content) => {
      const options = { transactionalContentMD5: md5(content) };
      await azureRequest((abortSignal) => blob.upload(content, content.byteLength, { ...options, abortSignal }), signal);
    },
    begin: async (): Promise<PartsUpload> => {
      const upload = randomUUID();
      const ids: string[] = [];
      const whole = createHash("md5");
      return {
        add: async (content) => {
          // Ids of a blob must be of one length, and those of two writers must differ.
          const id = Buffer.from(`${upload}-${String(ids.length).padStart(5, "0")}`).toString("base64");
          const options = { transactionalContentMD5: md5(content) };
          await azureRequest(
            (abortSignal) => blob.stageBlock(id, content, content.byteLength, { ...options, abortSignal }),
            signal,
          );
          ids.push(id);
          whole.update(content);
        },
        // When another writer of the same blob was quicker, Azure has dropped these blocks and says so: the caller may put again.
        commit: async () => {
          const blobHTTPHeaders = { blobContentMD5: whole.digest() };
          await azureRequest((abortSignal) => blob.commitBlockList(ids, { blobHTTPHeaders, abortSignal }));
        },
        // Azure knows no way to give up blocks alone. They are invisible, and go with the next write of the blob or after a week.
        abandon: async () => {},
      };
    },
  };
}

function md5(content: Uint8Array): Uint8Array {
  return createHash("md5").update(content).digest();
}
