import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { services } from "@parlance/contracts";
import { defineService } from "@parlance/platform";
import { asTenant, StoreError } from "@parlance/ports";
import { allServices } from "@parlance/standalone";
import { startTestProcess, until } from "@parlance/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands } from "../src/commands.ts";
import { cli, scratch, startParlance, type Parlance, type Scratch } from "./_cli.ts";

let folder: Scratch;
let parlance: Parlance;
beforeAll(async () => {
  folder = await scratch();
  parlance = await startParlance(folder.path("data"));
});
afterAll(async () => {
  await parlance.stop();
  await folder[Symbol.asyncDispose]();
});

const facts = "Parcels take two days and cost four euros.\n\nThe shop opens at nine and closes at six.";

/** What the documents of a backup hold of a user. */
function rowsOf(userId: string, file: string): { table: string; data: string }[] {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%.%'").all();
    return tables.flatMap(({ name }) => {
      const rows = db.prepare(`SELECT data FROM "${String(name)}" WHERE tenant = ?`).all(userId);
      return rows.map(({ data }) => ({ table: String(name), data: String(data) }));
    });
  } finally {
    db.close();
  }
}

describe("users, keys and plans", () => {
  it("are listed, added and changed, for a person and for a script", async () => {
    const added = await parlance.json<{ userId: string }>(["users", "add", "ann@example.org", "--name", "Ann"]);
    expect((await parlance.cli(["users", "list"])).out).toMatch(/^ID +E-MAIL.*\n.*owner@localhost/);
    const listed = await parlance.json<{ userId: string; email: string }[]>(["users", "list"]);
    expect(listed.find(({ email }) => email === "ann@example.org")?.userId).toBe(added.userId);

    await parlance.json(["plans", "set", "standard", "--user", "ann@example.org"]);
    const plan = await parlance.json<{ plan: string; chatbotsLimit: number }>(["plans", "show", "--user", added.userId]);
    expect(plan).toMatchObject({ plan: "standard", chatbotsLimit: 5 });
  });

  it("are deleted with all that is theirs, and nobody else's, when that is meant", async () => {
    const { userId } = await parlance.json<{ userId: string }>(["users", "add", "gone@example.org"]);
    const { key } = await parlance.json<{ key: string }>(["keys", "add", "--user", "gone@example.org"]);
    const mine = ["--key", key];
    const { chatbotId } = await parlance.json<{ chatbotId: string }>(["chatbots", "create", "Theirs", ...mine]);
    await parlance.json(["train", "Theirs", "--text", facts, ...mine]);
    await parlance.json(["ask", "Theirs", "How long does a parcel take?", ...mine]);
    const { chatbotId: others } = await parlance.json<{ chatbotId: string }>(["chatbots", "create", "Another's"]);

    const unsure = await parlance.cli(["users", "delete", "gone@example.org"]);
    expect({ code: unsure.code, err: unsure.err }).toEqual({ code: 2, err: expect.stringContaining("add --yes") });
    expect(await parlance.json(["users", "delete", "gone@example.org", "--yes"])).toEqual({ userId, deleted: true });
    expect((await parlance.cli(["chatbots", "list", ...mine])).err).toContain("Invalid API key");
    expect((await parlance.cli(["users", "list"])).out).not.toContain("gone@example.org");
    expect((await parlance.cli(["users", "delete", "gone@example.org", "--yes"])).err).toContain("There is no user");

    const { blobs } = parlance.running.ports;
    let copies = 0;
    // Marks stay, which keep late work from bringing anything back.
    const marks = new Set(["conversation.erased_chatbots", "ingestion.knowledge", "retrieval.generations"]);
    await until("what was told is erased", async () => {
      const copy = folder.path(`copy-${++copies}`);
      await parlance.json(["backup", copy]);
      const rows = rowsOf(userId, join(copy, "documents.db"));
      return rows.every(({ table, data }) => marks.has(table) && !/parcel|Theirs/.test(data));
    });
    expect(await blobs.list(`${userId}/`, { limit: 1 })).toEqual([]);
    expect(await parlance.json(["doctor"])).toMatchObject({ findings: [] });
    expect(await parlance.json(["chatbots", "show", others])).toMatchObject({ chatbotId: others });
    expect(chatbotId).not.toBe(others);
    await parlance.json(["chatbots", "delete", others, "--yes"]);
    const first = await parlance.cli(["users", "delete", "owner@localhost", "--yes"]);
    expect(first).toMatchObject({ code: 1, err: expect.stringContaining("The first user is the installation's own") });
  });

  it("ask which user is meant when there are several", async () => {
    await parlance.cli(["users", "add", "second@example.org"]);
    const { code, err } = await parlance.cli(["keys", "list"]);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("name one with --user") });
  });

  it("show a key once, and refuse it from its revocation on", async () => {
    const user = ["--user", "owner@localhost"];
    const made = await parlance.json<{ apiKeyId: string; key: string }>(["keys", "add", "--label", "script", ...user]);
    expect(made.key).toMatch(/^sk-[A-Za-z0-9]{32}$/);
    expect((await parlance.cli(["chatbots", "list", "--key", made.key])).code).toBe(0);
    await parlance.json(["keys", "revoke", made.apiKeyId, ...user]);
    const after = await parlance.cli(["chatbots", "list", "--key", made.key]);
    expect(after.code).toBe(1);
    expect(after.err).toContain("Invalid API key: pass the key of a user");
    const listed = await parlance.cli(["keys", "list", ...user, "--json"]);
    for (const text of [after.err, after.out, listed.out]) expect(text).not.toContain(made.key);
    const first = (await readFile(folder.path("data/api-key"), "utf8")).trim();
    expect(listed.out).not.toContain(first);
  });
});

describe("dead letters", () => {
  interface Letter {
    eventId: string;
    service: string;
    topic: string;
    userId: string;
    attempts: number;
  }

  it("are listed for a person and for a script, and replayed by name or all of them", async () => {
    expect((await parlance.cli(["dead-letters", "list"])).out).toBe("There are no dead letters.\n");
    const eventId = randomUUID();
    const topic = "chat.chatbot.deleted.v1";
    const event = { eventId, topic, tenant: asTenant("somebody"), key: "chatbot", time: 1, payload: Buffer.from("a secret word") };
    await parlance.running.ports.events.publish([event]);
    const list = (...options: string[]) => parlance.json<Letter[]>(["dead-letters", "list", ...options]);
    // No service can read it; each gives it up for itself.
    const owners = ["account", "chat", "conversation", "ingestion", "retrieval"];
    await until("all have given it up", async () => (await list()).length === owners.length);
    const letters = await list("--service", "chat");
    expect(letters).toEqual([expect.objectContaining({ eventId, service: "chat", topic, userId: "somebody", attempts: 1 })]);
    const page = await parlance.cli(["dead-letters", "list"]);
    expect(page.out).toMatch(/^EVENT +SERVICE +TOPIC +USER +ATTEMPTS +GIVEN UP +BECAUSE\n/);
    expect(page.out).toContain(`payload of ${topic} cannot be decoded`);
    expect(page.out).not.toContain("secret");

    const one = await parlance.cli(["dead-letters", "replay", eventId, "--service", "chat"]);
    expect(one).toMatchObject({ code: 0, out: "1 event is delivered again.\n" });
    await until("it is given up again", async () => (await list()).length === owners.length);
    expect((await parlance.cli(["dead-letters", "replay", "--all"])).out).toBe("5 events are delivered again.\n");
  });

  it("are replayed only when it is said which", async () => {
    for (const args of [[], ["some-event", "--all"]]) {
      const run = await parlance.cli(["dead-letters", "replay", ...args]);
      expect(run).toMatchObject({ code: 2, err: "parlance: Name the events to replay, or say --all.\n" });
    }
    expect(await parlance.cli(["dead-letters", "replay", "some-event"])).toMatchObject({
      code: 1,
      out: "some-event is no dead letter, or none any more.\n0 events are delivered again.\n",
    });
    const unknown = await parlance.cli(["dead-letters", "list", "--topic", "chatbots"]);
    expect(unknown).toMatchObject({ code: 1, err: expect.stringMatching(/There is no topic chatbots; there are account\./) });
  });
});

describe("chatbots", () => {
  it("are created, shown by name, and deleted only when that is meant", async () => {
    const { chatbotId } = await parlance.json<{ chatbotId: string }>(["chatbots", "create", "To be deleted"]);
    expect(await parlance.json(["chatbots", "show", "To be deleted"])).toMatchObject({ chatbotId });
    const unsure = await parlance.cli(["chatbots", "delete", "To be deleted"]);
    expect({ code: unsure.code, err: unsure.err }).toEqual({ code: 2, err: expect.stringContaining("add --yes") });
    await parlance.json(["chatbots", "delete", "To be deleted", "--yes"]);
    const gone = await parlance.cli(["chatbots", "show", chatbotId]);
    expect({ code: gone.code, err: gone.err }).toEqual({ code: 1, err: "parlance: Chatbot not found.\n" });
  });

  it("learn texts, files, what is piped in and questions, with a bar for who watches", async () => {
    await parlance.json(["chatbots", "create", "Shop"]);
    await mkdir(folder.path("here"));
    await writeFile(folder.path("here/shop.md"), `# Our shop\n\n${facts}`);
    await writeFile(folder.path("here/qa.json"), JSON.stringify([{ question: "Do you sell bread?", answer: "Only on Fridays." }]));
    const args = [
      "train",
      "Shop",
      "shop.md",
      "-",
      "--qa",
      "qa.json",
      "--question",
      "Is there a lift?",
      "--answer",
      "Yes, at the back.",
    ];
    const run = await parlance.cli(args, { folder: folder.path("here"), input: "Dogs are welcome.", isWatched: true });
    expect(run).toMatchObject({ code: 0, out: expect.stringMatching(/^Done\. The chatbot knows \d+ characters\.\n$/) });
    expect(run.err).toMatch(/█*░{5,} +\d+ % {2}sending 1 of 3/);
    expect(run.err.endsWith("\r\u001B[K")).toBe(true);
    for (const [question, answer] of [
      ["How long does a parcel take?", "two days"],
      ["Are dogs welcome?", "Dogs are welcome"],
      ["Do you sell bread?", "Only on Fridays"],
      ["Is there a lift?", "at the back"],
    ] as const) {
      expect((await parlance.cli(["ask", "Shop", question])).out).toContain(answer);
    }
  });

  it("talk in one conversation until the input ends", async () => {
    await parlance.json(["chatbots", "create", "Talk"]);
    await parlance.json(["train", "Talk", "--text", facts]);
    const talk = await parlance.cli(["ask", "Talk"], { input: "When does the shop open?\nHow much is a parcel?\n" });
    expect(talk.code).toBe(0);
    expect(talk.out).toContain("opens at nine");
    expect(talk.out).toContain("four euros");
    expect(await parlance.json(["chatbots", "show", "Talk"])).toMatchObject({ numberOfConversations: 1 });
  });

  it("give a script the whole answer with its conversation, which goes on", async () => {
    await parlance.json(["chatbots", "create", "Script"]);
    await parlance.json(["train", "Script", "--text", facts]);
    const first = await parlance.json<{ answer: string; conversationId: string }>(["ask", "Script", "How much is a parcel?"]);
    expect(first.answer).toContain("four euros");
    const next = ["ask", "Script", "When does the shop open?", "--conversation", first.conversationId];
    expect(await parlance.json(next)).toMatchObject({ conversationId: first.conversationId });
  });
});

describe("what goes wrong", () => {
  const nobody = ["--url", "http://127.0.0.1:9"];
  const cases: [what: string, args: () => string[], code: number, says: RegExp][] = [
    ["an unknown command", () => ["dance"], 2, /no command dance/],
    ["an unknown command of a group", () => ["users", "dance"], 2, /no command users dance: .* users --help/],
    ["an empty operand", () => ["chatbots", "create", ""], 2, /NAME is empty/],
    ["an empty operand among several", () => ["train", "Shop", "a.txt", ""], 2, /FILE is empty/],
    ["a missing operand", () => ["users", "add"], 2, /EMAIL is missing/],
    ["an operand too many", () => ["chatbots", "list", "now"], 2, /"now" is too much/],
    ["an unknown option", () => ["chatbots", "list", "--colour"], 2, /Unknown option '--colour': see .* chatbots list --help/],
    ["an address that is none", () => ["chatbots", "list", "--url", "here"], 2, /here is no address/],
    [
      "no server",
      () => ["chatbots", "list", "--key", "sk-x", ...nobody],
      1,
      /No Parlance answers at http:\/\/127\.0\.0\.1:9: start it/,
    ],
    [
      "no server for operators",
      () => ["users", "list", "--data", folder.path("data"), ...nobody],
      1,
      /No Parlance answers .* --rpc-url/,
    ],
    ["no key", () => ["chatbots", "list", "--data", folder.path("none")], 1, /There is no API key in .*none: pass one/],
    ["no token", () => ["users", "list", "--data", folder.path("none")], 1, /There is no rpc-token in .*none/],
    ["no data folder", () => ["doctor", "--data", folder.path("none")], 1, /There is no data folder .*none/],
    [
      "a folder that holds something else",
      () => ["backup", "copy", "--data", folder.path(".")],
      1,
      /does not hold the data of a Parlance/,
    ],
    [
      "an id of no key",
      () => {
        const at = ["--rpc-url", parlance.running.rpcAddress, "--data", folder.path("data")];
        return ["keys", "revoke", "none", "--user", "owner@localhost", ...at];
      },
      1,
      /API key not found: .* keys list shows the ids/,
    ],
    ["a key in place of its id", () => ["keys", "revoke", "sk-secret"], 1, /This is a key, not its id/],
  ];

  it.each([
    ["api-key", ["chatbots", "list"]],
    ["rpc-token", ["users", "list"]],
    ["format.json", ["doctor"]],
  ])("with a file %s that this user cannot reach is not taken for one without it", async (file, args) => {
    const data = folder.path(`unreachable-${file}`);
    await mkdir(data);
    // As in a folder of another user, a look at it fails; but for the user that may look at everything, too.
    await symlink(file, join(data, file));
    const { code, err } = await cli([...args, "--data", data]);
    expect([code, err]).toEqual([1, `parlance: ${join(data, file)} cannot be read: run this as the user that runs Parlance.\n`]);
  });

  it.each(cases)("with %s is said in one sentence", async (_what, args, code, says) => {
    const run = await cli(args());
    expect(run).toMatchObject({ code, out: "", err: expect.stringMatching(says) });
    expect(run.err).toMatch(/^parlance: [^\n]+\.\n$/);
  });

  it.each([
    ["list", ["chatbots", "list"]],
    ["answer", ["ask", "0".repeat(24), "Are you open?"]],
  ])("at a server that answers a page in place of what was asked for (%s) says that it is no Parlance", async (_what, args) => {
    const page = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>");
    });
    await once(page.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
    const run = await cli([...args, "--key", "sk-x", "--url", url]);
    page.close();
    expect(run).toMatchObject({ code: 1, out: "", err: `parlance: ${url} answers, but is not a Parlance of this version.\n` });
  });

  it("at a Parlance whose store is away is told by its own words, and not as if nobody answered", async () => {
    const away = defineService({
      name: "account",
      config: {},
      needs: [],
      ports: [],
      create: () => ({
        routes: (router) =>
          router.service(services.account.schema, {
            listUsers: () => {
              throw new StoreError("unavailable", "MongoDB cannot be reached");
            },
          }),
      }),
    });
    await using other = await startTestProcess([away], { env: { PARLANCE_RPC_TOKEN: "1".repeat(64) } });
    const run = await cli(["users", "list", "--rpc-url", other.running.rpcAddress], {
      env: { PARLANCE_RPC_TOKEN: "1".repeat(64) },
    });
    expect(run).toMatchObject({ code: 1, err: "parlance: A store is temporarily unavailable: the log of Parlance says why.\n" });
  });

  it("with an answer that breaks off is told after what came of it", async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "text/plain" });
      response.write("We are open", () => response.destroy());
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const run = await cli(["ask", "0".repeat(24), "Are you open?", "--key", "sk-x", "--url", url]);
    server.close();
    expect(run).toMatchObject({
      code: 1,
      out: "We are open\n",
      err: "parlance: The answer broke off: the log of Parlance says why.\n",
    });
  });

  it("with another Parlance's credential names the folder to look at", async () => {
    await mkdir(folder.path("other"));
    await writeFile(folder.path("other/rpc-token"), "0".repeat(64));
    const { rpcAddress } = parlance.running;
    const { code, err } = await cli(["users", "list", "--rpc-url", rpcAddress, "--data", folder.path("other")]);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/rpc-token of .*other was refused/) });
  });

  it("with a wrong credential of the environment names the variable", async () => {
    const at = ["--rpc-url", parlance.running.rpcAddress, "--data", folder.path("data")];
    const { code, err } = await cli(["users", "list", ...at], { env: { PARLANCE_RPC_TOKEN: "0".repeat(64) } });
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/PARLANCE_RPC_TOKEN was refused: set it to/) });
  });

  it("never with a variable that is empty: it counts as absent", async () => {
    const empty = ["URL", "API_KEY", "RPC_URL", "RPC_NAME", "RPC_TOKEN", "RPC_PORT"].map((name) => [`PARLANCE_${name}`, ""]);
    const env = Object.fromEntries(empty) as Record<string, string>;
    const users = await parlance.cli(["users", "list"], { env });
    expect(users).toMatchObject({ code: 0, err: "" });
    const chatbots = await parlance.cli(["chatbots", "list"], { env });
    expect(chatbots).toMatchObject({ code: 0, err: "" });
    const nobody = await cli(["users", "list", "--data", folder.path("data"), "--url", "http://127.0.0.1:9"], { env });
    expect(nobody.err).toContain("No Parlance answers at http://127.0.0.1:10:");
  });

  it("looks on this machine at the ports that Parlance itself is told", async () => {
    const { httpAddress = "", rpcAddress } = parlance.running;
    const env = {
      PARLANCE_PORT: new URL(httpAddress).port,
      PARLANCE_RPC_PORT: new URL(rpcAddress).port,
      PARLANCE_DATA_DIR: folder.path("data"),
    };
    for (const command of ["chatbots", "users"]) expect(await cli([command, "list"], { env })).toMatchObject({ code: 0 });
  });

  it("at a process that runs other services says whose address is wanted", async () => {
    const other = await startTestProcess(
      allServices.filter(({ name }) => name === "retrieval"),
      { env: { PARLANCE_RPC_TOKEN: "1".repeat(64) } },
    );
    const at = ["--rpc-url", other.running.rpcAddress, "--data", folder.path("data")];
    const { code, err } = await cli(["users", "list", ...at], { env: { PARLANCE_RPC_TOKEN: "1".repeat(64) } });
    await other.stop();
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/name the address of account, or of ingestion for doctor, with --rpc-url/),
    });
  });

  it("with a file is told with the file's name, before anything is sent", async () => {
    await parlance.json(["chatbots", "create", "Files"]);
    await writeFile(folder.path("binary.txt"), Buffer.from([0xff, 0xfe, 0x00]));
    const binary = await parlance.cli(["train", "Files", folder.path("binary.txt")]);
    expect({ code: binary.code, err: binary.err }).toEqual({
      code: 1,
      err: expect.stringMatching(/binary\.txt is no text in UTF-8/),
    });
    const missing = await parlance.cli(["train", "Files", "--text", "a", "nowhere.txt"], { folder: folder.path("here") });
    expect(missing.err).toMatch(/here\/nowhere\.txt cannot be read: there is no such file/);
    expect(await parlance.json(["chatbots", "show", "Files"])).toMatchObject({ lastTrainedAt: null });
  });
});

describe("help", () => {
  it.each(commands.map(({ name }) => name))("of %s names its operands and options", async (name) => {
    const { code, out } = await cli([...name.split(" "), "--help"]);
    const command = commands.find((candidate) => candidate.name === name);
    expect(code).toBe(0);
    expect(out).toContain(`npm run parlance -- ${`${name} ${command?.operands ?? ""}`.trim()}`);
    for (const option of Object.keys(command?.options ?? {})) expect(out).toContain(`--${option}`);
  });

  it("of nothing lists every command", async () => {
    const { code, out } = await cli([]);
    expect(code).toBe(0);
    for (const { name, summary } of commands) expect(out).toMatch(new RegExp(`  ${name}.* ${summary.slice(0, 20)}`));
  });
});

describe("the program", () => {
  const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

  it("says nothing when nobody reads its results any more, as behind head", async () => {
    const child = spawn(process.execPath, [main, "--help"], { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    let err = "";
    child.stderr.on("data", (part: Buffer) => (err += part.toString()));
    const [code] = (await once(child, "close")) as [number];
    expect({ code, err }).toEqual({ code: 1, err: "" });
  });

  it("ends with the exit code and finds files where the command was typed", async () => {
    await parlance.json(["chatbots", "create", "Program"]);
    await writeFile(folder.path("typed.txt"), facts);
    const { httpAddress = "" } = parlance.running;
    const env = {
      PATH: process.env["PATH"] ?? "",
      INIT_CWD: folder.path(""),
      PARLANCE_URL: httpAddress,
      PARLANCE_DATA_DIR: folder.path("data"),
    };
    const run = async (...args: string[]) => {
      const child = spawn(process.execPath, [main, ...args], { env, stdio: ["ignore", "pipe", "ignore"] });
      let out = "";
      child.stdout.on("data", (part: Buffer) => (out += part.toString()));
      const [code] = (await once(child, "close")) as [number];
      return { code, out };
    };
    expect(await run("train", "Program", "typed.txt")).toMatchObject({ code: 0, out: expect.stringContaining("Done.") });
    expect(await run("ask", "Program", "How long does a parcel take?")).toEqual({
      code: 0,
      out: expect.stringContaining("two days"),
    });
    expect((await run("dance")).code).toBe(2);
  });
});
