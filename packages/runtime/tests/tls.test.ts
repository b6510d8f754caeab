import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Code } from "@connectrpc/connect";
import { account, answering } from "@parlance/contracts";
import { callOptions, createLogger, defineService } from "@parlance/platform";
import { asTenant } from "@parlance/ports";
import { run } from "@parlance/runtime";
import { createAuthority } from "@parlance/testkit/certificates";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";

const authority = createAuthority();
const records: string[] = [];
const log = createLogger({
  service: "test",
  level: "warn",
  pretty: false,
  destination: { write: (line) => void records.push(line) },
});
const options = callOptions({ tenant: asTenant("user") });

const chat = defineService({
  name: "chat",
  config: {},
  needs: [],
  ports: [],
  create: () => ({
    routes: (router) => router.service(answering.AnsweringService, { scorePassages: () => ({ embeddingText: "seven" }) }),
  }),
});

/** Calls the other one, and tells what it got. */
const caller = defineService({
  name: "account",
  config: {},
  needs: ["answering"],
  ports: [],
  create: ({ clients }) => ({
    routes: (router) =>
      router.service(account.AccountService, {
        createApiKey: async () => {
          const { embeddingText } = await clients.answering.scorePassages({}, options);
          return { key: embeddingText };
        },
      }),
  }),
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-tls-"));
  const { cert, key } = authority.issue({ addresses: ["127.0.0.1"] });
  for (const [name, pem] of Object.entries({ "tls.crt": cert, "tls.key": key, "ca.crt": authority.cert }))
    await writeFile(join(folder, name), pem);
});
afterAll(() => rm(folder, { recursive: true }));

const own = () => ({
  PARLANCE_RPC_TLS_CERT_FILE: join(folder, "tls.crt"),
  PARLANCE_RPC_TLS_KEY_FILE: join(folder, "tls.key"),
  PARLANCE_RPC_TLS_CA_FILE: join(folder, "ca.crt"),
});

async function start(definition: typeof chat, env: Record<string, string>) {
  const token = "a-token-that-is-long-enough";
  const running = await run([definition], {
    env: { PARLANCE_PORT: "0", PARLANCE_RPC_PORT: "0", PARLANCE_RPC_TOKEN: token, ...env },
    log,
  });
  onTestFinished(() => running.stop());
  return running;
}

test("processes with certificates call each other over TLS, and show them to each other", async () => {
  const env = { ...own(), PARLANCE_RPC_TLS_CLIENT_CA_FILE: join(folder, "ca.crt") };
  const { rpcAddress } = await start(chat, env);
  expect(rpcAddress).toMatch(/^https:/);
  const { clients } = await start(caller, { ...env, PARLANCE_CHAT_URL: rpcAddress });
  expect((await clients.account.createApiKey({}, options)).key).toBe("seven");
});

test("a process without a certificate is refused where one is asked for, and its log says so", async () => {
  const { PARLANCE_RPC_TLS_CA_FILE, ...shown } = own();
  const { rpcAddress } = await start(chat, { ...shown, PARLANCE_RPC_TLS_CLIENT_CA_FILE: PARLANCE_RPC_TLS_CA_FILE });
  const { clients } = await start(caller, { PARLANCE_RPC_TLS_CA_FILE, PARLANCE_CHAT_URL: rpcAddress });
  records.length = 0;
  await expect(clients.account.createApiKey({}, options)).rejects.toMatchObject({ code: Code.Unavailable });
  const [refusal] = records.filter((line) => line.includes("do not trust each other"));
  expect(refusal).toContain("none was shown");
  expect(refusal).toContain(new URL(rpcAddress ?? "").host);
});

test("files that cannot be used are named with all other settings that cannot", async () => {
  const env = { ...own(), PARLANCE_RPC_TLS_KEY_FILE: join(folder, "ca.crt"), PARLANCE_RPC_TLS_CA_FILE: join(folder, "none") };
  await expect(run([chat], { env, log })).rejects.toThrow(
    /PARLANCE_RPC_TLS_KEY_FILE: the file holds no private key.*\n.*PARLANCE_RPC_TLS_CA_FILE: the file cannot be read \(ENOENT\)/,
  );
});
