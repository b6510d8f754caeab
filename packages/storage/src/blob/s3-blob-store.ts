import { Readable } from "node:stream";
import { DeleteObjectCommand, DeleteObjectsCommand, GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { StoreError, type BlobStore } from "@parlance/ports";
import { createObjectNames, type ObjectNames } from "./object-names.ts";
import { collect, remoteChunks } from "./remote-body.ts";
import { readS3Address } from "./s3-address.ts";
import { createS3Clients, type S3Clients, type S3Credentials } from "./s3-client.ts";
import { s3Request, unlessNoObject } from "./s3-errors.ts";
import { s3UploadTarget } from "./s3-upload.ts";
import { upload } from "./upload.ts";

/** Amazon takes parts of 5 MiB and more, 10,000 of them: a blob may have 80 GB. */
const partBytes = 8 * 1024 * 1024;
const pageSize = 1_000;
const idleMs = 60_000;

export interface S3Options {
  /** `s3://bucket/prefix?region=…&endpoint=…`; what lies below the prefix belongs to the store alone. */
  url: string;
  credentials?: S3Credentials;
}

/**
 * Blobs as objects of a bucket that exists. The bucket should keep no old versions, which would outlive deletion, and have a rule that
 * ends unfinished multipart uploads: a process that is killed in the middle of a large blob leaves one, which no reader sees. Needs
 * listing in order of names, so no directory bucket. Nothing is asked of the server before the first use.
 * @throws StoreError `invalid` for a wrong address
 */
export async function openS3BlobStore({ url, credentials }: S3Options): Promise<BlobStore> {
  const address = readS3Address(url);
  const names = createObjectNames(address.root);
  const clients = createS3Clients(address, credentials);
  let closed = false;
  const server = () => {
    if (closed) throw new StoreError("unavailable", "the S3 store is closed");
    return clients;
  };

  const read: BlobStore["read"] = async (key, { signal } = {}) => {
    const get = new GetObjectCommand({ Bucket: server().bucket, Key: names.ofKey(key) });
    const found = await unlessNoObject(() => clients.safe.send(get, { ...(signal && { abortSignal: signal }) }), signal);
    if (found === undefined) return undefined;
    if (!(found.Body instanceof Readable)) throw new StoreError("unavailable", "S3 answered without a body");
    return remoteChunks(found.Body, { signal, idleMs, server: "S3" });
  };

  return {
    put: async (key, content, { signal } = {}) =>
      upload(content, s3UploadTarget(server(), names.ofKey(key), signal), { partBytes, signal }),
    get: async (key, options) => {
      const chunks = await read(key, options);
      return chunks && collect(chunks);
    },
    read,
    delete: async (key) => {
      const gone = new DeleteObjectCommand({ Bucket: server().bucket, Key: names.ofKey(key) });
      await unlessNoObject(() => clients.safe.send(gone));
    },
    deleteAll: async (prefix) => deleteAll({ ...server(), names }, prefix),
    list: async (prefix, page) => {
      if (!Number.isInteger(page.limit) || page.limit < 1) throw new TypeError("limit must be a whole number of at least 1");
      return listKeys({ ...server(), names }, prefix, page);
    },
    close: async () => {
      closed = true;
      clients.safe.destroy();
    },
  };
}

type Place = S3Clients & { names: ObjectNames };

async function listKeys(place: Place, prefix: string, { limit, after }: { limit: number; after?: string }): Promise<string[]> {
  const keys: string[] = [];
  let from = after === undefined ? undefined : place.names.after(after);
  for (;;) {
    const { found, last } = await listPage(place, prefix, { limit: Math.min(limit - keys.length, pageSize), from });
    keys.push(...found);
    if (last === undefined || keys.length === limit) return keys;
    from = last;
  }
}

/** One page of keys; `last` is the name where the next one begins, undefined at the end. */
async function listPage(
  { safe, bucket, names }: Place,
  prefix: string,
  { limit, from }: { limit: number; from: string | undefined },
): Promise<{ found: string[]; last: string | undefined }> {
  const list = new ListObjectsV2Command({
    Bucket: bucket,
    Prefix: names.ofPrefix(prefix),
    MaxKeys: limit,
    StartAfter: from,
  });
  const { Contents = [], IsTruncated = false } = await s3Request(() => safe.send(list));
  const objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
  return { found: objects.flatMap((name) => names.toKey(name) ?? []), last: IsTruncated ? objects.at(-1) : undefined };
}

/** Goes through the names once, so that it ends however fast others write. */
async function deleteAll(place: Place, prefix: string): Promise<void> {
  place.names.ofPrefix(prefix);
  if (prefix === "") throw new TypeError("deleteAll needs a prefix");
  let from: string | undefined;
  do {
    const { found, last } = await listPage(place, prefix, { limit: pageSize, from });
    if (found.length > 0) await deleteObjects(place, found);
    from = last;
  } while (from !== undefined);
}

async function deleteObjects({ safe, bucket, names }: Place, keys: readonly string[]): Promise<void> {
  const Objects = keys.map((key) => ({ Key: names.ofKey(key) }));
  const { Errors = [] } = await s3Request(() =>
    safe.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } })),
  );
  // The answer is 200 even when nothing could be deleted. Amazon takes an absent object for a deleted one, gateways on a disk may not.
  const kept = Errors.filter(({ Code }) => Code !== "NoSuchKey");
  if (kept.length === 0) return;
  throw new StoreError("unavailable", `S3 kept ${kept.length} of ${keys.length} blobs (${kept[0]?.Code ?? "no reason"})`);
}
