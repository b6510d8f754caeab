import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@parlance/platform";
import { failureOf, settableClock, transports } from "@parlance/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureFirstUser } from "../src/domain/first-user.ts";
import { openKeyRing } from "../src/domain/key-ring.ts";
import { openUsers } from "../src/domain/users.ts";
import { newUser, startAccount, type TestProcess } from "./support.ts";

const refused = { reason: "API_KEY_INVALID", code: "Unauthenticated", message: "Invalid API key" };

describe.each(transports)("API keys over %s", (transport) => {
  let running: TestProcess;
  beforeAll(async () => {
    running = await startAccount({ transport });
  });
  afterAll(() => running.stop());

  const authenticate = (apiKey: string) => running.clients.account.authenticate({ apiKey });

  it("of one user all lead to the same user, plan and request pool", async () => {
    const user = await newUser(running);
    const keys = await Promise.all([1, 2, 3].map(() => running.clients.account.createApiKey({ label: "key" }, user.as)));
    for (const [index, { key }] of keys.entries()) {
      expect(key).toMatch(/^sk-[A-Za-z0-9]{32}$/);
      const answer = await authenticate(key);
      expect(answer.userId).toBe(user.id);
      expect(answer.plan?.name).toBe("free");
      expect(answer.rateLimit?.remaining).toBe(599 - index);
    }
  });

  it("are refused at once when revoked, without a difference to unknown and malformed ones", async () => {
    const user = await newUser(running);
    const { key, apiKey } = await running.clients.account.createApiKey({ label: "lost" }, user.as);
    await authenticate(key);
    await running.clients.account.revokeApiKey({ apiKeyId: apiKey?.apiKeyId ?? "" }, user.as);
    expect(await failureOf(authenticate(key))).toEqual(refused);
    expect(await failureOf(authenticate(`sk-${"a".repeat(32)}`))).toEqual(refused);
    expect(await failureOf(authenticate(""))).toEqual(refused);
    expect(await failureOf(authenticate(`${key} `))).toEqual(refused);
  });

  it("of another user cannot be revoked, and their id answers as an unknown one", async () => {
    const [owner, other] = [await newUser(running), await newUser(running)];
    const { key, apiKey } = await running.clients.account.createApiKey({ label: "mine" }, owner.as);
    const foreign = await failureOf(running.clients.account.revokeApiKey({ apiKeyId: apiKey?.apiKeyId ?? "" }, other.as));
    expect(foreign).toEqual(await failureOf(running.clients.account.revokeApiKey({ apiKeyId: "0".repeat(24) }, other.as)));
    expect(foreign.reason).toBe("API_KEY_NOT_FOUND");
    expect((await authenticate(key)).userId).toBe(owner.id);
  });

  it("are listed without the key, revoked ones too", async () => {
    const user = await newUser(running);
    const { key, apiKey } = await running.clients.account.createApiKey({ label: "listed" }, user.as);
    await running.clients.account.revokeApiKey({ apiKeyId: apiKey?.apiKeyId ?? "" }, user.as);
    const { apiKeys } = await running.clients.account.listApiKeys({}, user.as);
    expect(apiKeys).toMatchObject([{ label: "listed", prefix: key.slice(0, 7) }]);
    expect(apiKeys[0]?.revokeTime).toBeDefined();
    expect(JSON.stringify(apiKeys, (_name, value: unknown) => (typeof value === "bigint" ? String(value) : value))).not.toContain(
      key,
    );
  });

  it("chosen by the operator must have the form of a key and belong to nobody", async () => {
    const user = await newUser(running);
    const key = `sk-${"Z9".repeat(16)}`.replace("Z9Z9", `${transport}xxxx`.slice(0, 4));
    expect((await running.clients.account.createApiKey({ key }, user.as)).key).toBe(key);
    const other = await newUser(running);
    expect((await failureOf(running.clients.account.createApiKey({ key }, other.as))).reason).toBe("INVALID_REQUEST");
    expect((await failureOf(running.clients.account.createApiKey({ key: "password" }, other.as))).reason).toBe("INVALID_REQUEST");
  });
});

describe("the first user's key", () => {
  const chosen = `sk-${"Ab12".repeat(8)}`;
  const folders: string[] = [];
  const newFolder = async () => {
    const folder = await mkdtemp(join(tmpdir(), "parlance-first-"));
    folders.push(folder);
    return folder;
  };
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

  it("is made at the first start, kept in a file that only its owner reads, and not made again", async () => {
    const dataDir = await newFolder();
    const first = await startAccount({ dataDir });
    const file = join(dataDir, "api-key");
    const key = (await readFile(file, "utf8")).trim();
    expect(await othersMayRead(file)).toBe(false);
    const { userId } = await first.clients.account.authenticate({ apiKey: key });
    await first.stop();

    const second = await startAccount({ dataDir });
    expect((await readFile(file, "utf8")).trim()).toBe(key);
    expect((await second.clients.account.authenticate({ apiKey: key })).userId).toBe(userId);
    expect((await second.clients.account.listApiKeys({}, second.as(userId))).apiKeys).toHaveLength(1);
    expect((await second.clients.account.listUsers({})).users).toHaveLength(1);
    await second.stop();
  });

  it("stands nowhere in the data but in its own file", async () => {
    const dataDir = await newFolder();
    await using running = await startAccount({ dataDir });
    const key = (await readFile(join(dataDir, "api-key"), "utf8")).trim();
    await running.clients.account.authenticate({ apiKey: key });
    const files = await readdir(dataDir, { recursive: true, withFileTypes: true });
    const holding: string[] = [];
    for (const entry of files.filter((file) => file.isFile())) {
      if ((await readFile(join(entry.parentPath, entry.name))).includes(key)) holding.push(entry.name);
    }
    expect(holding).toEqual(["api-key"]);
  });

  it("is the operator's when one is set, and another one set later is added", async () => {
    const dataDir = await newFolder();
    const first = await startAccount({ dataDir, env: { PARLANCE_API_KEY: chosen } });
    const { userId } = await first.clients.account.authenticate({ apiKey: chosen });
    await first.stop();
    expect(await readdir(dataDir)).not.toContain("api-key");

    const later = `sk-${"Cd34".repeat(8)}`;
    const second = await startAccount({ dataDir, env: { PARLANCE_API_KEY: later } });
    expect((await second.clients.account.authenticate({ apiKey: later })).userId).toBe(userId);
    expect((await second.clients.account.authenticate({ apiKey: chosen })).userId).toBe(userId);
    await second.stop();
  });

  it("is the first user's, also when the system's time was put right after that user was made", async () => {
    const dataDir = await newFolder();
    const env = { PARLANCE_API_KEY: chosen };
    const { clock, advance } = settableClock();
    const first = await startAccount({ dataDir, env, clock });
    const { userId } = await first.clients.account.authenticate({ apiKey: chosen });
    advance(-2 * 3_600_000);
    const { user: later } = await first.clients.account.createUser({ email: "later@example.com" });
    await first.stop();

    const second = await startAccount({ dataDir, env, clock });
    expect((await second.clients.account.authenticate({ apiKey: chosen })).userId).toBe(userId);
    const deleting = failureOf(second.clients.account.deleteUser({}, second.as(userId)));
    expect(await deleting).toMatchObject({ reason: "PRECONDITION_FAILED" });
    await second.clients.account.deleteUser({}, second.as(later?.userId ?? ""));
    await second.stop();
  });

  it("stays revoked although it is still set", async () => {
    const dataDir = await newFolder();
    const env = { PARLANCE_API_KEY: chosen };
    const first = await startAccount({ dataDir, env });
    const { userId } = await first.clients.account.authenticate({ apiKey: chosen });
    const { apiKeys } = await first.clients.account.listApiKeys({}, first.as(userId));
    await first.clients.account.revokeApiKey({ apiKeyId: apiKeys[0]?.apiKeyId ?? "" }, first.as(userId));
    await first.stop();

    const second = await startAccount({ dataDir, env });
    expect(await failureOf(second.clients.account.authenticate({ apiKey: chosen }))).toEqual(refused);
    await second.stop();
  });

  it("is added once by several replicas that start at the same time", async () => {
    await using running = await startAccount();
    const { documents } = running.running.ports;
    const replica = { users: openUsers(documents), keys: openKeyRing(documents), now: 1, givenKey: chosen };
    const log = createLogger({ service: "test", level: "silent" });
    const keyFile = join(running.dataDir, "api-key");
    await Promise.all([1, 2, 3, 4].map(() => ensureFirstUser({ ...replica, log, keyFile })));
    const { userId } = await running.clients.account.authenticate({ apiKey: chosen });
    const { apiKeys } = await running.clients.account.listApiKeys({}, running.as(userId));
    expect(apiKeys.map(({ label }) => label).toSorted()).toEqual(["PARLANCE_API_KEY", "first key"]);
  });

  it("written by a start that was cut off before it counted is taken up by the next", async () => {
    const dataDir = await newFolder();
    await writeFile(join(dataDir, "api-key"), `${chosen}\n`);
    await using running = await startAccount({ dataDir });
    expect((await running.clients.account.authenticate({ apiKey: chosen })).userId).not.toBe("");
    expect(await othersMayRead(join(dataDir, "api-key"))).toBe(false);
  });

  it("of a wrong form stops the start with a message that does not repeat it", async () => {
    const start = startAccount({ env: { PARLANCE_API_KEY: "secret-but-wrong" } });
    await expect(start).rejects.toThrow("PARLANCE_API_KEY: expected sk- followed by 32 letters or digits");
    await expect(start).rejects.not.toThrow("secret-but-wrong");
  });
});

/** Windows knows no such mode; there the folder's access list decides. */
async function othersMayRead(file: string): Promise<boolean> {
  return process.platform !== "win32" && ((await stat(file)).mode & 0o077) !== 0;
}
