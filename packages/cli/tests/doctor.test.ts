import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { until } from "@parlance/testkit";
import type { Finding } from "@parlance/platform";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cli, scratch, startParlance, type Parlance, type Scratch } from "./_cli.ts";

const facts = "Parcels take two days and cost four euros.\n\nThe shop opens at nine and closes at six.";
const question = "How long does a parcel take?";

let folder: Scratch;
let whole: string;
let chatbotId: string;
let copies = 0;

beforeAll(async () => {
  folder = await scratch();
  whole = folder.path("whole");
  await using parlance = await startParlance(whole);
  ({ chatbotId } = await parlance.json<{ chatbotId: string }>(["chatbots", "create", "Shop"]));
  await parlance.json(["train", "Shop", "--text", facts, "--question", "Is there a lift?", "--answer", "Yes, at the back."]);
});
afterAll(() => folder[Symbol.asyncDispose]());

async function copyOfWhole(): Promise<string> {
  const copy = folder.path(`copy-${++copies}`);
  await cp(whole, copy, { recursive: true });
  return copy;
}

async function doctor(data: string, ...options: string[]): Promise<{ code: number; findings: Finding[] }> {
  const { code, out, err } = await cli(["doctor", "--data", data, "--json", ...options]);
  expect(err).toBe("");
  return { code, findings: (JSON.parse(out) as { findings: Finding[] }).findings };
}

interface Fault {
  what: string;
  plant: (data: string) => Promise<void> | void;
  problem: RegExp;
  check: string;
  /** What is mended shows when Parlance goes on with it. */
  goesOn?: boolean;
}

const mendable: Fault[] = [
  {
    what: "an index file that is gone",
    goesOn: true,
    plant: async (data) => rm(await indexFile(data)),
    check: "training",
    problem: /lacks chunks of 2 of 2 sources/,
  },
  {
    what: "an index file that is damaged",
    goesOn: true,
    plant: async (data) => writeFile(await indexFile(data), "no database any more ".repeat(500)),
    check: "structure",
    problem: /damaged/,
  },
  {
    what: "an index that lacks some chunks",
    goesOn: true,
    plant: async (data) => change(await indexFile(data), "UPDATE chunk SET to_generation = 1 WHERE id = 1"),
    check: "training",
    problem: /lacks chunks of 1 of 2 sources/,
  },
  {
    what: "a chunk that an older version made, which gave it another id",
    goesOn: true,
    plant: async (data) => change(await indexFile(data), "UPDATE chunk SET chunk_id = 'older' WHERE id = 1"),
    check: "training",
    problem: /has them as an older version made them/,
  },
  {
    what: "an index without a chatbot",
    plant: async (data) => {
      const file = await indexFile(data);
      await cp(file, file.replace(chatbotId, "f".repeat(24)));
    },
    check: "index",
    problem: /chunks of a chatbot that does not exist/,
  },
  {
    what: "generations without a chatbot",
    plant: (data) => change(join(data, "documents.db"), `DELETE FROM "chat.chatbots"`),
    check: "index",
    problem: /knowledge of a chatbot that does not exist/,
  },
  {
    what: "a file that nothing refers to",
    plant: async (data) => {
      const file = await oneBlob(data, /contents/);
      await cp(file, file.replace(/[0-9a-f]{24}~$/, `${"e".repeat(24)}~`));
    },
    check: "blobs",
    problem: /Nothing refers to/,
  },
  {
    what: "a generation that waits for a job that is not there",
    goesOn: true,
    plant: (data) => setIn(data, "retrieval.generations", "$.building", `{"jobId":"${"a".repeat(24)}","number":3}`),
    check: "training",
    problem: /waits for job a{24}, which is not there/,
  },
  {
    what: "a job that runs and is in no queue",
    plant: (data) => setIn(data, "ingestion.jobs", "$.state", '"running"'),
    check: "training",
    problem: /runs, but is in no queue/,
  },
  {
    what: "an event that was given up",
    plant: (data) => {
      change(
        join(data, "events.db"),
        `INSERT INTO dead_letters SELECT 'retrieval.' || topic, offset, event_id, 5, 'planted', ${Date.now()} FROM events
         WHERE topic = 'ingestion.job.completed.v1' LIMIT 1`,
      );
    },
    check: "events",
    problem: /1 events were given up after 5 attempts; the first because: planted/,
  },
];

describe("doctor", () => {
  it("finds nothing where nothing is wrong, stopped and running", async () => {
    const data = await copyOfWhole();
    expect(await doctor(data)).toEqual({ code: 0, findings: [] });
    await using parlance = await startParlance(data);
    expect(await parlance.json(["doctor"])).toEqual({ running: true, findings: [] });
    expect((await parlance.cli(["doctor"])).out).toMatch(/is running.*\nNothing is wrong\.\n/);
  });

  it.each(mendable)("finds $what and mends it", { timeout: 120_000 }, async ({ plant, check, problem }) => {
    const data = await copyOfWhole();
    await plant(data);
    const mended = await doctor(data, "--repair");
    expect(mended.findings).toContainEqual(
      expect.objectContaining({ check, problem: expect.stringMatching(problem), mended: true }),
    );
    const after = await doctor(data);
    expect(after.findings.filter(({ problem }) => problem !== "There are sources of a chatbot that does not exist.")).toEqual([]);
  });

  it.each(mendable.filter(({ goesOn }) => goesOn))(
    "lets training and answers go on after $what",
    { timeout: 120_000 },
    async ({ plant }) => {
      const data = await copyOfWhole();
      await plant(data);
      await doctor(data, "--repair");
      const parlance = await startParlance(data);
      await until("training has ended", () => isTrained(parlance), { timeoutMs: 60_000 });
      expect((await parlance.cli(["ask", "Shop", question])).out).toContain("two days");
      expect((await parlance.cli(["ask", "Shop", "Is there a lift?"])).out).toContain("at the back");
      await parlance.json(["train", "Shop", "--text", "Dogs are welcome."]);
      expect((await parlance.cli(["ask", "Shop", "Are dogs welcome?"])).out).toContain("Dogs are welcome");
      await parlance.stop();
      expect(await doctor(data)).toEqual({ code: 0, findings: [] });
    },
  );

  it("changes nothing unasked", async () => {
    const data = await copyOfWhole();
    const planted = mendable.filter(
      ({ what }) => !what.includes("gone") && !what.includes("damaged") && !what.includes("without a chatbot"),
    );
    for (const { plant } of planted) await plant(data);
    const first = await doctor(data);
    expect(first.code).toBe(1);
    for (const { check, problem } of planted)
      expect(first.findings).toContainEqual(
        expect.objectContaining({ check, problem: expect.stringMatching(problem), mended: false }),
      );
    expect(await doctor(data)).toEqual(first);
  });

  it("puts aside what nobody refers to, whole", async () => {
    const data = await copyOfWhole();
    await mendable.find(({ what }) => what === "an index without a chatbot")?.plant(data);
    await doctor(data, "--repair");
    const aside = (await readdir(join(data, "set-aside"), { recursive: true })).filter((file) => file.endsWith(".db"));
    expect(aside).toEqual([expect.stringContaining("f".repeat(24))]);
    const db = new DatabaseSync(join(data, "set-aside", aside[0] ?? ""));
    expect(db.prepare("SELECT count(*) AS n FROM chunk").get()?.["n"]).toBeGreaterThan(1);
    db.close();
  });

  it("tells what only a backup mends", async () => {
    const gone = await copyOfWhole();
    await rm(await oneBlob(gone, /contents/));
    const { code, findings } = await doctor(gone, "--repair");
    expect(code).toBe(1);
    expect(findings).toContainEqual(expect.objectContaining({ check: "blobs", problem: "A file that is referred to is gone." }));
    expect(findings).toContainEqual(
      expect.objectContaining({ check: "training", problem: expect.stringMatching(/stored text of 1 of 2/) }),
    );

    const unlisted = await copyOfWhole();
    await rm(await oneBlob(unlisted, /lists/));
    const missed = await doctor(unlisted, "--repair");
    expect(missed.findings).toContainEqual(
      expect.objectContaining({ check: "training", problem: "The stored list of its sources is gone or damaged.", mended: false }),
    );
    expect(await oneBlob(unlisted, /contents/)).toBeTruthy();

    const damaged = await copyOfWhole();
    await writeFile(join(damaged, "documents.db"), "SQLite format 3\0 and then nonsense ".repeat(400));
    const run = await cli(["doctor", "--data", damaged]);
    expect(run.code).toBe(1);
    expect(run.out + run.err).toMatch(/damaged|not a database/);
  });

  it.each([
    ["emptied contents", /contents/, /stored text of 1 of 2 sources is gone or damaged/],
    ["an emptied list of sources", /lists/, /stored list of its sources is gone or damaged/],
  ])("finds %s, and the rest too", async (_, which, problem) => {
    const data = await copyOfWhole();
    await truncate(await oneBlob(data, which));
    const file = await indexFile(data);
    await cp(file, file.replace(chatbotId, "f".repeat(24)));
    const { code, findings } = await doctor(data, "--repair");
    expect(code).toBe(1);
    expect(findings).toEqual([
      expect.objectContaining({ check: "training", subject: chatbotId, problem: expect.stringMatching(problem), mended: false }),
      expect.objectContaining({ check: "index", mended: true }),
    ]);
    expect(await oneBlob(data, /contents/)).toBeTruthy();
  });

  it.runIf(process.getuid?.() !== 0)("finds an index file that may only be read, and leaves it where it is", async () => {
    const data = await copyOfWhole();
    const file = await indexFile(data);
    await chmod(file, 0o400);
    const { findings } = await doctor(data, "--repair");
    const problem = expect.stringMatching(/cannot be used: EACCES/);
    expect(findings).toEqual([expect.objectContaining({ check: "structure", problem, mended: false })]);
    expect(existsSync(file)).toBe(true);
  });

  it("takes no index file for damaged that cannot be opened as things are, such as on a full disk", async () => {
    const data = await copyOfWhole();
    const file = await indexFile(data);
    await mkdir(`${file}-wal`);
    const { findings } = await doctor(data, "--repair");
    const problem = expect.stringMatching(/cannot be used: unable to open/);
    expect(findings).toContainEqual(expect.objectContaining({ check: "structure", problem, mended: false }));
    expect(existsSync(file)).toBe(true);
  });

  it("says what to do where the stores cannot be opened as things are", async () => {
    const data = await copyOfWhole();
    await rm(join(data, "documents.db"));
    await mkdir(join(data, "documents.db"));
    const run = await cli(["doctor", "--data", data]);
    expect(run.code).toBe(1);
    expect(run.err).toMatch(/documents\.db cannot be read or written\. A file cannot be opened: see whether .*elsewhere\.\n$/);
  });

  it("says what cannot be examined, and examines the rest", async () => {
    const data = await copyOfWhole();
    const log = join(data, "events.db");
    const bytes = await readFile(log);
    await writeFile(log, bytes.fill(0xff, 4096));
    await rm(await indexFile(data));
    const { code, findings } = await doctor(data);
    expect(code).toBe(1);
    const remedy = "Restore a backup, or stop Parlance, move the file away and run doctor with --repair.";
    expect(findings).toContainEqual(expect.objectContaining({ check: "structure", subject: "events.db", remedy }));
    expect(findings).toContainEqual(expect.objectContaining({ problem: expect.stringMatching(/lacks chunks of 2 of 2/) }));
  });

  it("mends in a running Parlance what can be mended there", async () => {
    const data = await copyOfWhole();
    setIn(data, "retrieval.generations", "$.building", `{"jobId":"${"a".repeat(24)}","number":3}`);
    await using parlance = await startParlance(data);
    const { code, out } = await parlance.cli(["doctor", "--repair"]);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^mended {2}training .*\n[^]*1 found, all mended\.\n$/) });
    await parlance.json(["train", "Shop", "--text", "Dogs are welcome."]);
    expect((await parlance.cli(["ask", "Shop", "Are dogs welcome?"])).out).toContain("Dogs are welcome");
  });
});

async function isTrained(parlance: Parlance): Promise<boolean> {
  const chatbots = await parlance.json<{ status: number }[]>(["chatbots", "list"]);
  return chatbots.every(({ status }) => status === 100);
}

async function indexFile(data: string): Promise<string> {
  const files = await readdir(join(data, "search"), { recursive: true });
  const found = files.find((file) => file.endsWith(".db"));
  if (found === undefined) throw new Error("no index file");
  return join(data, "search", found);
}

async function oneBlob(data: string, pattern: RegExp): Promise<string> {
  const files = await readdir(join(data, "blobs"), { recursive: true });
  const found = files.find((file) => file.endsWith("~") && pattern.test(file));
  if (found === undefined) throw new Error("no such blob");
  return join(data, "blobs", found);
}

function change(file: string, sql: string): void {
  if (!existsSync(file)) throw new Error(`${file} is not there`);
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

/** Sets a field of every document of a collection. */
function setIn(data: string, collection: string, path: string, json: string): void {
  change(
    join(data, "documents.db"),
    `UPDATE "${collection}" SET data = json_set(data, '${path}', json('${json}')), version = version + 1`,
  );
}
