import { describe, expect, test } from "vitest";
import { readProcessConfig } from "./process-config.ts";
import { openBlobs } from "./stores.ts";

const s3 = "s3://bucket/prefix?endpoint=http://127.0.0.1:1";
const azure = "azure://account/container?endpoint=http://127.0.0.1:1/account";

function open(url: string, env: Record<string, string>) {
  return openBlobs(readProcessConfig({ PARLANCE_BLOBS_URL: url, ...env }));
}

describe("openBlobs", () => {
  test.each([
    [s3, { PARLANCE_BLOBS_ACCESS_KEY: "a", PARLANCE_BLOBS_SECRET_KEY: "b" }, "S3"],
    [azure, { PARLANCE_BLOBS_SECRET_KEY: "a2V5" }, "Azure"],
    [azure, { PARLANCE_BLOBS_SAS: "sv=1&sig=2" }, "Azure"],
  ])("takes %s with %o to the server it names", async (url, env, name) => {
    const blobs = await open(url, env);
    await expect(blobs.get("t/a")).rejects.toMatchObject({ kind: "unavailable", message: expect.stringContaining(name) });
    await blobs.close();
  });

  test.each([
    [s3, { PARLANCE_BLOBS_ACCESS_KEY: "a" }],
    [s3, { PARLANCE_BLOBS_SECRET_KEY: "secret" }],
    [azure, {}],
    [azure, { PARLANCE_BLOBS_SECRET_KEY: "secret", PARLANCE_BLOBS_SAS: "secret" }],
    ["s3://bucket?colour=secret", {}],
    ["azure://account", { PARLANCE_BLOBS_SAS: "secret" }],
  ])("refuses %s with %o as a fault of the settings, without repeating them", async (url, env) => {
    const refusal = await open(url, env).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: "ConfigError" });
    expect(String(refusal)).not.toContain("secret");
  });
});
