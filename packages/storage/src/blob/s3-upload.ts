import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
} from "@aws-sdk/client-s3";
import type { S3Clients } from "./s3-client.ts";
import { s3Request } from "./s3-errors.ts";
import type { PartsUpload, UploadTarget } from "./upload.ts";

// The client adds it to whole objects by itself. An upload has to announce it, or the server refuses the checksums of the parts at the end.
const checked = { ChecksumAlgorithm: "CRC32" } as const;

/** Writes one object: seen whole once it is complete, and not before. The server checks what it gets. */
export function s3UploadTarget({ safe, once, bucket }: S3Clients, name: string, signal: AbortSignal | undefined): UploadTarget {
  const object = { Bucket: bucket, Key: name };
  const abortable = { ...(signal !== undefined && { abortSignal: signal }) };
  return {
    whole: async (content) => {
      await s3Request(() => safe.send(new PutObjectCommand({ ...object, Body: content }), abortable), signal);
    },
    begin: async (): Promise<PartsUpload> => {
      const { UploadId } = await s3Request(() => once.send(new CreateMultipartUploadCommand({ ...object, ...checked })));
      const upload = { ...object, UploadId };
      const done: CompletedPart[] = [];
      return {
        add: async (content) => {
          const part = { ...upload, ...checked, PartNumber: done.length + 1, Body: content };
          const sent = await s3Request(() => safe.send(new UploadPartCommand(part), abortable), signal);
          done.push({ PartNumber: part.PartNumber, ETag: sent.ETag, ChecksumCRC32: sent.ChecksumCRC32 });
        },
        commit: async () => {
          const complete = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: done } });
          await s3Request(() => once.send(complete));
        },
        abandon: async () => {
          // The failure that led here is what the caller has to know; parts that stay are invisible, and end by the bucket's own rule.
          await safe.send(new AbortMultipartUploadCommand(upload)).catch(() => {});
        },
      };
    },
  };
}
