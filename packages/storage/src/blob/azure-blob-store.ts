import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { AnonymousCredential, ContainerClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import { StoreError, type BlobStore } from "@parlance/ports";
import { readAzureAddress } from "./azure-address.ts";
import { azureRequest, unlessNoBlob } from "./azure-errors.ts";
import { azureUploadTarget } from "./azure-upload.ts";
import { createObjectNames, type ObjectNames } from "./object-names.ts";
import { collect, remoteChunks } from "./remote-body.ts";
import { upload } from "./upload.ts";

/** A blob may have 50,000 of them, 400 GB. */
const partBytes = 8 * 1024 * 1024;
const pageSize = 1_000;
const idleMs = 60_000;
const deletesAtOnce = 16;

export interface AzureOptions {
  /** `azure://account/container/prefix?endpoint=…`; what lies below the prefix belongs to the store alone. */
  url: string;
  /** The account's key, or a shared access signature that allows to read, write, delete and list. */
  credentials: { accountKey: string } | { sas: string };
}

/**
 * Blobs in a container that exists. The container should have neither versions nor soft deletion, which would outlive deletion. Nothing
 * is asked of the server before the first use.
 * @throws StoreError `invalid` for a wrong address
 */
export async function openAzureBlobStore(options: AzureOptions): Promise<BlobStore> {
  const { root } = readAzureAddress(options.url);
  const names = createObjectNames(root, { dotless: true });
  const container = containerOf(options);
  let closed = false;
  const server = () => {
    if (closed) throw new StoreError("unavailable", "the Azure store is closed");
    return container;
  };

  const read: BlobStore["read"] = async (key, { signal } = {}) => {
    const blob = server().getBlobClient(names.ofKey(key));
    const found = await unlessNoBlob((abortSignal) => blob.download(0, undefined, { abortSignal, maxRetryRequests: 3 }), signal);
    if (found === undefined) return undefined;
    const body = found.readableStreamBody;
    if (!(body instanceof Readable)) throw new StoreError("unavailable", "Azure answered without a body");
    return checked(remoteChunks(body, { signal, idleMs, server: "Azure" }), found.contentMD5);
  };

  return {
    put: async (key, content, { signal } = {}) =>
      upload(content, azureUploadTarget(server(), names.ofKey(key), signal), { partBytes, signal }),
    get: async (key, options) => {
      const chunks = await read(key, options);
      return chunks && collect(chunks);
    },
    read,
    delete: async (key) => deleteBlob(server(), names.ofKey(key)),
    deleteAll: async (prefix) => deleteAll(server(), names, prefix),
    list: async (prefix, page) => {
      if (!Number.isInteger(page.limit) || page.limit < 1) throw new TypeError("limit must be a whole number of at least 1");
      return listKeys(server(), names, { prefix, ...page });
    },
    close: async () => {
      closed = true;
    },
  };
}

function containerOf({ url, credentials }: AzureOptions): ContainerClient {
  const { account, container, endpoint } = readAzureAddress(url);
  const retryOptions = { maxTries: 3, retryDelayInMs: 100, maxRetryDelayInMs: 2_000, tryTimeoutInMs: 30_000 };
  const keepAliveOptions = { enable: true };
  if ("sas" in credentials) {
    const signed = `${endpoint}/${container}?${credentials.sas.replace(/^\?/, "")}`;
    return new ContainerClient(signed, new AnonymousCredential(), { retryOptions, keepAliveOptions });
  }
  const key = new StorageSharedKeyCredential(account, credentials.accountKey);
  return new ContainerClient(`${endpoint}/${container}`, key, { retryOptions, keepAliveOptions });
}

/** Fails at the end when the content is not what its writer sent. */
async function* checked(chunks: AsyncIterable<Uint8Array>, expected: Uint8Array | undefined): AsyncGenerator<Uint8Array> {
  const seen = createHash("md5");
  for await (const chunk of chunks) {
    seen.update(chunk);
    yield chunk;
  }
  if (expected !== undefined && !seen.digest().equals(expected))
    throw new StoreError("corrupt", "a blob is not what was written, by the digest that Azure keeps of it");
}

async function deleteBlob(container: ContainerClient, name: string): Promise<void> {
  const blob = container.getBlobClient(name);
  await unlessNoBlob((abortSignal) => blob.delete({ deleteSnapshots: "include", abortSignal }));
}

interface Range {
  prefix: string;
  limit: number;
  after?: string;
}

async function listKeys(container: ContainerClient, names: ObjectNames, { prefix, limit, after }: Range): Promise<string[]> {
  const startFrom = after === undefined ? {} : { startFrom: names.after(after) };
  const listed = { prefix: names.ofPrefix(prefix), ...startFrom };
  const keys: string[] = [];
  let continuationToken: string | undefined;
  do {
    const settings = { maxPageSize: Math.min(limit - keys.length, pageSize), ...(continuationToken && { continuationToken }) };
    const page = await azureRequest((abortSignal) =>
      container
        .listBlobsFlat({ ...listed, abortSignal })
        .byPage(settings)
        .next(),
    );
    if (page.done === true) break;
    keys.push(...page.value.segment.blobItems.flatMap(({ name }) => names.toKey(name) ?? []));
    continuationToken = page.value.continuationToken;
  } while (keys.length < limit && continuationToken);
  return keys;
}

/** Goes through the names once, so that it ends however fast others write. */
async function deleteAll(container: ContainerClient, names: ObjectNames, prefix: string): Promise<void> {
  names.ofPrefix(prefix);
  if (prefix === "") throw new TypeError("deleteAll needs a prefix");
  let after: string | undefined;
  do {
    const keys = await listKeys(container, names, { prefix, limit: pageSize, ...(after !== undefined && { after }) });
    const doomed = keys.values();
    const workers = Array.from({ length: deletesAtOnce }, async () => {
      for (const key of doomed) await deleteBlob(container, names.ofKey(key));
    });
    await Promise.all(workers);
    after = keys.at(-1);
  } while (after !== undefined);
}
