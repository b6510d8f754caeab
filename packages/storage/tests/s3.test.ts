import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CreateBucketCommand, ListMultipartUploadsCommand, S3Client } from "@aws-sdk/client-s3";
import { describeBlobStore } from "@parlance/ports/contracts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openS3BlobStore } from "../src/blob/s3.ts";
import { startS3Server, type BlobServer } from "./blob-servers.ts";
import { after, describeRemoteBlobs, unavailable } from "./remote-blob-cases.ts";

// The server of each run is an emulator: it orders, pages, joins parts, and refuses small ones as Amazon's does, but believes each signature and
// checksum, and knows no limits of rate. PARLANCE_TEST_S3_ENDPOINT runs all of this on a server that checks them.
const real = process.env["PARLANCE_TEST_S3_ENDPOINT"];
const credentials = {
  accessKeyId: process.env["PARLANCE_TEST_S3_ACCESS_KEY"] ?? "test",
  secretAccessKey: process.env["PARLANCE_TEST_S3_SECRET_KEY"] ?? "test",
};

let server: BlobServer | undefined;
let endpoint = real ?? "";
beforeAll(async () => {
  if (real === undefined) server = await startS3Server();
  endpoint = server?.endpoint ?? endpoint;
  if (real === undefined) return;
  await raw((client) => client.send(new CreateBucketCommand({ Bucket: "blobs" }))).catch(() => {});
});
afterAll(async () => {
  await server?.stop();
});

const urlBy = (endpoint: string, prefix = randomUUID()) => `s3://blobs/${prefix}?endpoint=${endpoint}`;
const openAt = (url: string) => openS3BlobStore({ url, credentials });

describeBlobStore("S3", async () => {
  const url = urlBy(endpoint);
  return { open: () => openAt(url), remove: async () => {} };
});

describeRemoteBlobs("S3", { keys: 10_000 }, () => ({
  open: () => openAt(urlBy(endpoint)),
  openBy: (port) => openAt(urlBy(`http://127.0.0.1:${port}`)),
  port: () => Number(new URL(endpoint).port),
}));

describe("openS3BlobStore", () => {
  it("leaves the server no parts of an upload that is aborted", async () => {
    const own = real === undefined ? await startS3Server({ durable: true }) : undefined;
    const prefix = randomUUID();
    const blobs = await openAt(urlBy(own?.endpoint ?? endpoint, prefix));
    const unfinished = () => (own === undefined ? listedUploads(prefix) : storedUploads(own));
    const caller = new AbortController();
    let open = 0;
    const leaving = after(20_000_000, async () => {
      open = await unfinished();
      caller.abort();
    });
    await expect(blobs.put("t/a", leaving, { signal: caller.signal })).rejects.toThrow("aborted");
    expect(open).toBe(1);
    expect(await unfinished()).toBe(0);
    await blobs.close();
    await own?.stop();
  });

  it("has nothing of an upload in which the server is killed, and goes on when it is back", { timeout: 60_000 }, async () => {
    const own = await startS3Server({ durable: true });
    const blobs = await openAt(urlBy(own.endpoint));
    await blobs.put("t/old", Buffer.from("old"));
    await expect(
      blobs.put(
        "t/old",
        after(20_000_000, () => own.kill()),
      ),
    ).rejects.toMatchObject(unavailable);
    await own.restart();
    expect(await blobs.list("", { limit: 10 })).toEqual(["t/old"]);
    expect(Buffer.from((await blobs.get("t/old")) ?? []).toString()).toBe("old");
    await blobs.put("t/old", Buffer.from("new"));
    expect(Buffer.from((await blobs.get("t/old")) ?? []).toString()).toBe("new");
    await blobs.close();
    await own.stop();
  });

  it("takes a bucket that is missing for an error, not for an empty one", async () => {
    const blobs = await openAt(`s3://absent-bucket?endpoint=${endpoint}`);
    await expect(blobs.get("t/a")).rejects.toMatchObject({ ...unavailable, message: "S3 answered 404 (NoSuchBucket)" });
    await expect(blobs.put("t/a", Buffer.from("x"))).rejects.toMatchObject(unavailable);
    await expect(blobs.list("", { limit: 1 })).rejects.toMatchObject(unavailable);
    await blobs.close();
  });

  it.each([
    "s3:",
    "s3://",
    "https://bucket",
    "s3://user:secret@bucket",
    "s3://bucket?colour=red",
    "s3://bucket?endpoint=ftp://host",
    "s3://bucket/a%20b",
    `s3://bucket/${"x".repeat(120)}`,
  ])("refuses the address %s without repeating it", async (url) => {
    const refusal = openAt(url).catch((error: Error) => error);
    expect(await refusal).toMatchObject({ kind: "invalid", message: expect.not.stringContaining("secret") });
  });
});

/** The emulator does not list them, so its database is read. */
async function storedUploads({ folder }: BlobServer): Promise<number> {
  const state = new DatabaseSync(join(folder, "fauxqs.db"), { readOnly: true });
  const { open } = state.prepare("SELECT count(*) AS open FROM s3_multipart_uploads").get() ?? {};
  state.close();
  return Number(open);
}

async function listedUploads(prefix: string): Promise<number> {
  const list = new ListMultipartUploadsCommand({ Bucket: "blobs", Prefix: prefix });
  const { Uploads = [] } = await raw((client) => client.send(list));
  return Uploads.length;
}

async function raw<R>(run: (client: S3Client) => Promise<R>): Promise<R> {
  const client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials });
  return run(client).finally(() => client.destroy());
}
