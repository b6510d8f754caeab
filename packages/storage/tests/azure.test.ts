import { randomUUID } from "node:crypto";
import {
  ContainerClient,
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { describeBlobStore } from "@parlance/ports/contracts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openAzureBlobStore } from "../src/blob/azure.ts";
import { azuriteAccount, azuriteKey, startAzureServer, type BlobServer } from "./blob-servers.ts";
import { after, describeRemoteBlobs, unavailable } from "./remote-blob-cases.ts";

// The server is Microsoft's own emulator. It checks signatures and digests; it shows neither the service's limits nor its rules for names.
let server: BlobServer;
beforeAll(async () => {
  server = await startAzureServer();
  await createContainer(server);
});
afterAll(() => server.stop());

const urlBy = (endpoint: string, prefix = randomUUID()) =>
  `azure://${azuriteAccount}/blobs/${prefix}?endpoint=${endpoint}/${azuriteAccount}`;
const openAt = (url: string) => openAzureBlobStore({ url, credentials: { accountKey: azuriteKey } });

describeBlobStore("Azure", async () => {
  const url = urlBy(server.endpoint);
  return { open: () => openAt(url), remove: async () => {} };
});

describeRemoteBlobs("Azure", { keys: Number(process.env["PARLANCE_TEST_AZURE_KEYS"] ?? 2_500) }, () => ({
  open: () => openAt(urlBy(server.endpoint)),
  openBy: (port) => openAt(urlBy(`http://127.0.0.1:${port}`)),
  port: () => Number(new URL(server.endpoint).port),
}));

describe("openAzureBlobStore", () => {
  it("works with a shared access signature", async () => {
    const sas = generateBlobSASQueryParameters(
      {
        containerName: "blobs",
        permissions: ContainerSASPermissions.parse("rcwdl"),
        expiresOn: new Date(Date.now() + 600_000),
        protocol: SASProtocol.HttpsAndHttp,
      },
      new StorageSharedKeyCredential(azuriteAccount, azuriteKey),
    ).toString();
    const blobs = await openAzureBlobStore({ url: urlBy(server.endpoint), credentials: { sas } });
    await blobs.put("t/a", Buffer.from("x"));
    await blobs.deleteAll("t/");
    expect(await blobs.list("t/", { limit: 1 })).toEqual([]);
    await blobs.close();
  });

  it("is refused with a wrong key", async () => {
    const wrong = { accountKey: Buffer.from("wrong").toString("base64") };
    const blobs = await openAzureBlobStore({ url: urlBy(server.endpoint), credentials: wrong });
    await expect(blobs.get("t/a")).rejects.toMatchObject({ ...unavailable, message: expect.stringContaining("403") });
    await blobs.close();
  });

  it("is unavailable when the server is killed in an upload", { timeout: 60_000 }, async () => {
    const own = await startAzureServer();
    await createContainer(own);
    const blobs = await openAt(urlBy(own.endpoint));
    await expect(
      blobs.put(
        "t/a",
        after(20_000_000, () => own.kill()),
      ),
    ).rejects.toMatchObject(unavailable);
    await expect(blobs.get("t/a")).rejects.toMatchObject(unavailable);
    await blobs.close();
    await own.stop();
  });

  it("takes a container that is missing for an error, not for an empty one", async () => {
    const blobs = await openAt(`azure://${azuriteAccount}/absent?endpoint=${server.endpoint}/${azuriteAccount}`);
    const missing = { ...unavailable, message: "Azure answered 404 (ContainerNotFound)" };
    await expect(blobs.get("t/a")).rejects.toMatchObject(missing);
    await expect(blobs.put("t/a", Buffer.from("x"))).rejects.toMatchObject(missing);
    await expect(blobs.list("", { limit: 1 })).rejects.toMatchObject(missing);
    await expect(blobs.delete("t/a")).rejects.toMatchObject(missing);
    await blobs.close();
  });

  it.each(["azure://account", "azure://account/container/a%20b", "s3://bucket", "azure://account/container?colour=red"])(
    "refuses the address %s",
    async (url) => {
      await expect(openAt(url)).rejects.toMatchObject({ name: "StoreError", kind: "invalid" });
    },
  );
});

async function createContainer({ endpoint }: BlobServer): Promise<void> {
  const key = new StorageSharedKeyCredential(azuriteAccount, azuriteKey);
  await new ContainerClient(`${endpoint}/${azuriteAccount}/blobs`, key).create();
}
