import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Program, readHandbook, until } from "@parlance/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Rest } from "./_rest.ts";

const main = new URL("../src/main.ts", import.meta.url);
const run = promisify(execFile);

describe("the real program", { timeout: 120_000 }, () => {
  let folder: string;
  let program: Program | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "parlance-e2e-"));
  });
  afterEach(async () => {
    await program?.end("SIGKILL");
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function start(dataDir: string, env: Record<string, string> = {}): Promise<{ rest: Rest; address: string; key: string }> {
    program = new Program({ main, env: { PARLANCE_PORT: "0", PARLANCE_DATA_DIR: dataDir, ...env } });
    const address = await program.says(/ready at\s+(\S+)/);
    const key = (await readFile(join(dataDir, "api-key"), "utf8")).trim();
    return { rest: new Rest(address, key), address, key };
  }

  it("survives SIGKILL in the middle of a training, goes on by itself, and finds everything", async () => {
    const dataDir = join(folder, "handbook");
    const pages = readHandbook();
    const first = await start(dataDir);
    const { chatbotId } = await first.rest.json<{ chatbotId: string }>("POST", "/create-chatbot", {
      chatbotName: "Handbook",
      sourceText: pages[0]?.text,
    });
    for (const page of pages.slice(1, 6)) await first.rest.json("POST", "/retrain-chatbot", { chatbotId, sourceText: page.text });
    await until("the first half is trained", async () => (await first.rest.progress(chatbotId)) === 100, { timeoutMs: 60_000 });
    expect(await first.rest.ask(chatbotId, "From what amount is shipping free?")).toContain("45");

    for (const page of pages.slice(6)) await first.rest.json("POST", "/retrain-chatbot", { chatbotId, sourceText: page.text });
    // The kill must hit work in progress, else it proves nothing.
    expect(await first.rest.progress(chatbotId)).toBeLessThan(100);
    expect(await program?.end("SIGKILL")).toBe("SIGKILL");

    const second = await start(dataDir);
    expect(program?.output).not.toContain(first.key);
    await until("the training has gone on by itself", async () => (await second.rest.progress(chatbotId)) === 100, {
      timeoutMs: 60_000,
    });
    let held = 0;
    const asked = pages.map((page) => page.questions[0]).filter((question) => question !== undefined);
    for (const { question, answer } of asked) {
      if ((await second.rest.ask(chatbotId, question)).includes(answer)) held += 1;
    }
    expect(held).toBeGreaterThanOrEqual(asked.length - 1);
    const { conversations, total } = await second.rest.json<{ conversations: object[]; total: number }>(
      "GET",
      `/get-conversations/${chatbotId}`,
    );
    expect(total).toBe(asked.length + 1);
    expect(conversations).toHaveLength(total);
    const hits = await second.rest.json<{ snippet: string }[]>("POST", `/query-knowledge-base/${chatbotId}`, {
      query: "Rookery membership classes warranty",
      count: 50,
    });
    const snippets = hits.map((hit) => hit.snippet);
    expect(new Set(snippets).size, "no chunk is doubled").toBe(snippets.length);
    expect(await program?.end("SIGTERM"), "stops cleanly").toBe(0);
  });

  describe("in the middle of an answer", () => {
    let backend: Server;
    let env: Record<string, string>;
    let made: object;

    beforeAll(async () => {
      backend = createServer((_request, response) => response.write("Begun"));
      await new Promise<void>((resolve) => backend.listen(0, "127.0.0.1", resolve));
      const { port } = backend.address() as AddressInfo;
      env = { PARLANCE_EGRESS_ALLOW: "127.0.0.0/8", PARLANCE_DEFAULT_PLAN: "standard", PARLANCE_DRAIN_TIMEOUT_MS: "50" };
      made = { chatbotName: "Own", model: "custom-model", customBackend: `http://127.0.0.1:${port}/` };
    });
    afterAll(() => {
      backend.closeAllConnections();
      backend.close();
    });

    /** A visitor says `Hi` to a chatbot that answers `Begun` and no more. */
    async function beginAnswer(rest: Rest) {
      const { chatbotId } = await rest.json<{ chatbotId: string }>("POST", "/create-chatbot", made);
      const messages = [{ role: "user", content: "Hi" }];
      const answer = await rest.send("POST", "/chat", { chatbotId, conversationId: "cut", stream: true, messages });
      expect(answer.status).toBe(200);
      return { read: answer.text().catch((error: unknown) => error) };
    }
    const messagesOf = async (rest: Rest) =>
      (await rest.json<{ conversation: { messages: object[] } }>("GET", "/get-conversation/cut")).conversation.messages;

    it("takes no credit when it is stopped, and keeps what was said", async () => {
      const dataDir = join(folder, "stopped");
      const { read } = await beginAnswer((await start(dataDir, env)).rest);
      expect(await program?.end("SIGTERM")).toBe(0);
      expect(await read).toBeInstanceOf(Error);

      const { rest } = await start(dataDir, env);
      const { plan } = await rest.json<{ plan: Record<string, number> }>("GET", "/current-plan");
      expect(plan["remainingCredits"]).toBe(plan["refreshingCredits"]);
      expect(await messagesOf(rest)).toMatchObject([{ content: "Hi" }, { role: "assistant", content: "Begun" }]);
    });

    it("keeps what the visitor said when it is killed", async () => {
      const dataDir = join(folder, "killed");
      const first = await start(dataDir, env);
      await beginAnswer(first.rest);
      await until("what was said is stored", async () => (await first.rest.send("GET", "/get-conversation/cut")).status === 200);
      expect(await program?.end("SIGKILL")).toBe("SIGKILL");

      const { rest } = await start(dataDir, env);
      expect(await messagesOf(rest)).toMatchObject([{ role: "user", content: "Hi" }]);
    });
  });

  it.each([
    ["without a proxy", {}],
    ["where calls go to a proxy", { http_proxy: "http://127.0.0.1:9", no_proxy: "", NO_PROXY: "" }],
  ])("prints three commands that work when they are pasted, %s", async (place, env) => {
    await start(join(folder, place), env);
    const commands = (program?.output ?? "").slice((program?.output ?? "").indexOf("CHATBOT=$("));
    const untilLog = commands
      .split("\n")
      .filter((line) => !line.startsWith("{"))
      .join("\n");
    const { stdout } = await run("bash", ["-c", untilLog], { timeout: 60_000, env: { ...process.env, ...env } });
    expect(stdout).toMatch(/chatbot [0-9a-f]{24}/);
    expect(stdout).toContain("two days");
  });

  it("keeps its secrets readable by their owner alone", async () => {
    const dataDir = join(folder, "private");
    await start(dataDir);
    for (const name of ["api-key", "rpc-token"]) expect((await stat(join(dataDir, name))).mode & 0o077).toBe(0);
    expect((await stat(dataDir)).mode & 0o077).toBe(0);
  });

  it("lets nobody else read what it stores in a folder that others can read", async () => {
    const dataDir = join(folder, "shared");
    await mkdir(dataDir, { mode: 0o755 });
    const { rest } = await start(dataDir);
    await rest.json("POST", "/create-chatbot", { chatbotName: "Shop", sourceText: "Parcels take two days." });
    const names = await readdir(dataDir);
    expect(names).toEqual(expect.arrayContaining(["documents.db", "events.db", "search", "blobs"]));
    const modes = await Promise.all(names.map(async (name) => [name, (await stat(join(dataDir, name))).mode & 0o077]));
    expect(modes).toEqual(names.map((name) => [name, 0]));
  });

  it("tells of settings that it does not know, and works without them", async () => {
    await start(join(folder, "misspelled"), { PARLANCE_DEFUALT_PLAN: "a-secret" });
    expect(program?.output).toMatch(
      /PARLANCE_DEFUALT_PLAN[^]*unknown settings are ignored|unknown settings are ignored[^]*PARLANCE_DEFUALT_PLAN/,
    );
    expect(program?.output).not.toContain("a-secret");
  });
});

describe("a start that cannot succeed", { timeout: 60_000 }, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "parlance-refusals-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function refused(env: Record<string, string>): Promise<string> {
    const program = new Program({ main, env: { PARLANCE_PORT: "0", PARLANCE_DATA_DIR: join(folder, "data"), ...env } });
    expect(await program.ended()).toBe(1);
    expect(program.output).not.toMatch(/^\s+at /m);
    return program.output;
  }

  it("names every wrong setting at once", async () => {
    const output = await refused({ PARLANCE_PORT: "many", PARLANCE_MODEL_URL: "ftp://x", PARLANCE_DEFAULT_PLAN: "gold" });
    expect(output).toContain("PARLANCE_PORT");
    expect(output).toContain("PARLANCE_MODEL_URL");
    expect(output).toContain("PARLANCE_DEFAULT_PLAN");
  });

  it("says so when its port or its data folder is taken", async () => {
    const dataDir = join(folder, "taken");
    const running = new Program({ main, env: { PARLANCE_PORT: "0", PARLANCE_DATA_DIR: dataDir } });
    const address = await running.says(/ready at\s+(\S+)/);
    try {
      expect(await refused({ PARLANCE_DATA_DIR: dataDir })).toContain(dataDir);
      const { port } = new URL(address);
      expect(await refused({ PARLANCE_PORT: port, PARLANCE_RPC_PORT: "0" })).toContain(port);
    } finally {
      expect(await running.end("SIGTERM")).toBe(0);
    }
  });
});
