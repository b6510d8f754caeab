import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { allServices } from "@parlance/standalone";
import { startTestProcess } from "@parlance/testkit";
import { createAuthority } from "@parlance/testkit/certificates";
import { expect, it } from "vitest";
import { cli, scratch } from "./_cli.ts";

it("the operator's commands reach a Parlance whose RPC port speaks TLS, and say what is missing", async () => {
  await using folder = await scratch();
  const authority = createAuthority();
  const own = authority.issue({ addresses: ["127.0.0.1"] });
  const files = { cert: own.cert, key: own.key, ca: authority.cert };
  for (const [name, pem] of Object.entries(files)) await writeFile(folder.path(name), pem);
  const dataDir = folder.path("data");
  const env = { PARLANCE_RPC_TLS_CERT_FILE: folder.path("cert"), PARLANCE_RPC_TLS_KEY_FILE: folder.path("key") };
  await using parlance = await startTestProcess(allServices, { dataDir, env });
  const { rpcAddress } = parlance.running;
  const list = (address: string, given: Record<string, string>) =>
    cli(["users", "list", "--rpc-url", address, "--data", dataDir], { env: given });

  const ca = { PARLANCE_RPC_TLS_CA_FILE: folder.path("ca") };
  expect((await list(rpcAddress, ca)).out).toContain("owner@localhost");
  const port = new URL(rpcAddress).port;
  expect((await cli(["users", "list", "--data", dataDir], { env: { ...env, ...ca, PARLANCE_RPC_PORT: port } })).out).toContain(
    "owner@",
  );
  expect(await list(rpcAddress, {})).toMatchObject({
    code: 1,
    err: expect.stringMatching(/no trusted TLS.*PARLANCE_RPC_TLS_CA_FILE/),
  });
  const plain = await list(rpcAddress.replace("https:", "http:"), ca);
  expect(plain).toMatchObject({ code: 1, err: expect.stringContaining("This port takes calls over TLS only") });
  const wrong = await list(rpcAddress, { PARLANCE_RPC_TLS_CA_FILE: folder.path("none") });
  expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining("PARLANCE_RPC_TLS_CA_FILE: the file cannot be read") });
});

it("the operator's commands reach a service through a port of this machine, by the name in its certificate and with one of their own", async () => {
  await using folder = await scratch();
  const authority = createAuthority();
  const own = authority.issue({ names: ["parlance-account"] });
  const files = { cert: own.cert, key: own.key, ca: authority.cert };
  for (const [name, pem] of Object.entries(files)) await writeFile(folder.path(name), pem);
  const dataDir = folder.path("data");
  const given = {
    PARLANCE_RPC_TLS_CERT_FILE: folder.path("cert"),
    PARLANCE_RPC_TLS_KEY_FILE: folder.path("key"),
    PARLANCE_RPC_TLS_CA_FILE: folder.path("ca"),
  };
  const env = { ...given, PARLANCE_RPC_TLS_CLIENT_CA_FILE: folder.path("ca") };
  await using parlance = await startTestProcess(allServices, { dataDir, env });
  const list = (...options: string[]) =>
    cli(["users", "list", "--rpc-url", parlance.running.rpcAddress, "--data", dataDir, ...options], { env: given });
  expect(await list()).toMatchObject({ code: 1, err: expect.stringContaining("--rpc-name") });
  expect((await list("--rpc-name", "parlance-account")).out).toContain("owner@localhost");
  expect(await list("--rpc-name", "parlance-chat")).toMatchObject({ code: 1 });
});

it("a user's commands say of a certificate that nobody vouches for that it is that", async () => {
  const server = createServer(createAuthority().issue({ addresses: ["127.0.0.1"] }));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { code, err } = await cli(["chatbots", "list", "--key", "sk-x", "--url", url]);
  server.close();
  expect({ code, err }).toEqual({
    code: 1,
    err: `parlance: No trusted TLS connection to ${url} could be made (UNABLE_TO_VERIFY_LEAF_SIGNATURE): name the authority of its certificate in NODE_EXTRA_CA_CERTS.\n`,
  });
});
