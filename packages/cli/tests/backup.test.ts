import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { until } from "@parlance/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cli, scratch, startParlance, type Parlance, type Scratch } from "./_cli.ts";

let folder: Scratch;
beforeAll(async () => {
  folder = await scratch();
});
afterAll(() => folder[Symbol.asyncDispose]());

const facts = "Parcels take two days and cost four euros.\n\nThe shop opens at nine and closes at six.";
const question = "How long does a parcel take?";

describe("a backup of a Parlance that works", () => {
  it("restores to one that answers the same and goes on with what was under way", { timeout: 300_000 }, async () => {
    const parlance = await startParlance(folder.path("busy"));
    await parlance.json(["chatbots", "create", "Steady"]);
    await parlance.json(["train", "Steady", "--text", facts]);
    const { answer } = await parlance.json<{ answer: string }>(["ask", "Steady", question]);
    expect(answer).toContain("two days");

    const load = startLoad(parlance);
    const backups: { path: string; learned: number }[] = [];
    for (const name of ["one", "two", "three"]) {
      const before = load.learned();
      await until("more was learned", () => load.learned() > before, { timeoutMs: 120_000 });
      const learned = load.learned();
      await parlance.json(["backup", folder.path(name)]);
      backups.push({ path: folder.path(name), learned });
    }
    await load.stop();
    await parlance.stop();

    for (const { path, learned } of backups) {
      const to = `${path}-restored`;
      expect((await cli(["restore", path, "--to", to])).err).toBe("");
      const again = await startParlance(to);
      await settled(again);
      expect(await again.json(["ask", "Steady", question])).toMatchObject({ answer });
      // What was acknowledged as learned before the backup began is known, whatever was under way then.
      for (const n of [1, Math.ceil(learned / 2), learned]) {
        expect((await again.cli(["ask", "Busy", `What is the code of room ${n}?`])).out).toContain(`code-${n}`);
      }
      await again.stop();
      // Files that were written while the others were copied belong to nothing, as after a cut; anything else would be a torn copy.
      const doctor = await cli(["doctor", "--data", to, "--json"]);
      const { findings } = JSON.parse(doctor.out) as { findings: { problem: string }[] };
      expect(findings.filter(({ problem }) => !problem.startsWith("Nothing refers to them"))).toEqual([]);
    }
  });

  it("has every store where the settings say, so that they hold for what is made of it, too", async () => {
    const env = { PARLANCE_SEARCH_URL: `embedded:${folder.path("moved/index of another model")}` };
    const parlance = await startParlance(folder.path("moved"), env);
    await parlance.json(["chatbots", "create", "Steady"]);
    await parlance.json(["train", "Steady", "--text", facts]);
    await parlance.json(["backup", folder.path("moved-copy")]);
    await parlance.stop();
    expect((await cli(["restore", folder.path("moved-copy"), "--to", folder.path("moved"), "--force"])).err).toBe("");
    const again = await startParlance(folder.path("moved"), env);
    expect(await again.json(["ask", "Steady", question])).toMatchObject({ answer: expect.stringContaining("two days") });
    await again.stop();
  });

  it("leaves nothing behind when it is cut off", async () => {
    const parlance = await startParlance(folder.path("cut"));
    await parlance.json(["chatbots", "create", "Steady"]);
    await mkdir(folder.path("target"));
    const run = await parlance.cli(["backup", folder.path("target/backup")], { signal: AbortSignal.abort() });
    expect(run.code).toBe(1);
    await until("the draft is gone", async () => (await readdir(folder.path("target"))).length === 0);
    // Holds are released: everything goes on.
    await parlance.json(["train", "Steady", "--text", facts]);
    await parlance.stop();
  });

  it.each([
    ["exists", () => folder.path("there"), /exists already/],
    ["lies in the data folder", () => folder.path("refused/backup"), /lies in the data folder/],
    ["has no parent", () => folder.path("no/where"), /There is no folder .*no: make it first/],
    [
      "cannot be written",
      () => folder.path("a-file/backup"),
      /a-file\/backup cannot be written \(ENOTDIR: .*: choose a folder that/,
    ],
  ])("is refused when its folder %s", async (_what, target, says) => {
    await mkdir(folder.path("there"), { recursive: true });
    await writeFile(folder.path("a-file"), "");
    await using parlance = await startParlance(folder.path("refused"));
    const { code, err } = await parlance.cli(["backup", target()]);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(says) });
  });
});

describe("a restore", () => {
  let backup: string;
  beforeAll(async () => {
    await using parlance = await startParlance(folder.path("source"));
    await parlance.json(["chatbots", "create", "Shop"]);
    await parlance.json(["train", "Shop", "--text", facts]);
    await parlance.stop();
    backup = folder.path("backup");
    await cli(["backup", backup, "--data", folder.path("source")]);
  });

  const damages: [what: string, damage: (copy: string) => Promise<void>, says: RegExp][] = [
    ["one changed byte in a database", (copy) => flip(join(copy, "documents.db")), /documents\.db is not what was written/],
    ["one changed byte in an index", async (copy) => flip(await oneOf(copy, /search\/.*\.db$/)), /\.db is not what was written/],
    ["one changed byte in a blob", async (copy) => flip(await oneOf(copy, /~$/)), /is not what was written/],
    ["a missing file", (copy) => rm(join(copy, "events.db")), /events\.db is missing/],
    ["a foreign file", (copy) => writeFile(join(copy, "search/extra.db"), "x"), /extra\.db does not belong to it/],
    ["a shortened manifest", async (copy) => writeFile(join(copy, "manifest.json"), "{"), /manifest\.json cannot be read/],
    ["an entry taken out of the manifest", (copy) => changeManifest(copy, (files) => files.slice(1)), /not what was written/],
    [
      "a path that leaves the folder",
      (copy) => changeManifest(copy, (files) => files.map((file, n) => (n === 0 ? { ...file, path: "../x" } : file))),
      /not what was written/,
    ],
    ["no manifest", (copy) => rm(join(copy, "manifest.json")), /is no backup/],
  ];

  it.each(damages)("of a backup with %s is refused and makes nothing", async (_what, damage, says) => {
    await using scratchFolder = await scratch();
    const copy = scratchFolder.path("copy");
    await cp(backup, copy, { recursive: true });
    await damage(copy);
    const { code, err } = await cli(["restore", copy, "--to", scratchFolder.path("to")]);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(says) });
    expect(await readdir(scratchFolder.path(""))).toEqual(["copy"]);
  });

  it("fills a folder that is there and empty, as where a volume is mounted, and leaves nothing in it when it fails", async () => {
    await using scratchFolder = await scratch();
    const to = scratchFolder.path("volume");
    await mkdir(join(to, "lost+found"), { recursive: true });
    const { ino } = await stat(to);
    await cp(backup, scratchFolder.path("damaged"), { recursive: true });
    await flip(scratchFolder.path("damaged/documents.db"));
    expect((await cli(["restore", scratchFolder.path("damaged"), "--to", to])).code).toBe(1);
    expect(await readdir(to)).toEqual(["lost+found"]);
    expect(await cli(["restore", backup, "--to", to])).toMatchObject({ code: 0, err: "" });
    expect((await stat(to)).ino).toBe(ino);
    expect((await readdir(scratchFolder.path(""))).toSorted()).toEqual(["damaged", "volume"]);
    await using again = await startParlance(to);
    expect((await again.cli(["chatbots", "list"])).out).toContain("Shop");
  });

  it("is refused where a process runs, and where data is unless that is to be put aside", async () => {
    await using scratchFolder = await scratch();
    const to = scratchFolder.path("to");
    const parlance = await startParlance(to);
    expect((await cli(["restore", backup, "--to", to, "--force"])).err).toMatch(/in use by another Parlance process/);
    await parlance.json(["chatbots", "create", "Newer"]);
    await parlance.stop();
    expect((await cli(["restore", backup, "--to", to])).err).toMatch(/has data already: .* --force/);
    const { code, out } = await cli(["restore", backup, "--to", to, "--force", "--json"]);
    expect(code).toBe(0);
    const { previous } = JSON.parse(out) as { previous: string };
    for (const [path, name] of [
      [to, "Shop"],
      [previous, "Newer"],
    ] as const) {
      await using again = await startParlance(path);
      expect((await again.cli(["chatbots", "list"])).out).toContain(name);
    }
  });

  it("never touches a folder that is not Parlance's", async () => {
    await using scratchFolder = await scratch();
    await mkdir(scratchFolder.path("home"));
    await writeFile(scratchFolder.path("home/letter.txt"), "dear");
    const { code, err } = await cli(["restore", backup, "--to", scratchFolder.path("home"), "--force"]);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("is not empty and no data folder") });
    expect(await readdir(scratchFolder.path("home"))).toEqual(["letter.txt"]);
  });
});

/** Training, asking, creating and deleting at the same time, until it is stopped. */
function startLoad(parlance: Parlance) {
  let learned = 0;
  const stopping = new AbortController();
  const busy = async () => {
    await parlance.json(["chatbots", "create", "Busy"]);
    for (let n = 1; !stopping.signal.aborted; n++) {
      await parlance.json(["train", "Busy", "--text", `# Room ${n}\n\nThe code of room ${n} is code-${n}.`]);
      learned = n;
    }
  };
  const asking = async () => {
    while (!stopping.signal.aborted) await parlance.json(["ask", "Steady", question]);
  };
  const coming = async () => {
    for (let n = 1; !stopping.signal.aborted; n++) {
      await parlance.json(["chatbots", "create", `Short-lived ${n}`]);
      await parlance.json(["train", `Short-lived ${n}`, "--text", `${facts} ${n}`, "--no-wait"]);
      await parlance.json(["chatbots", "delete", `Short-lived ${n}`, "--yes"]);
    }
  };
  const ended = Promise.all([busy(), asking(), coming()]);
  ended.catch(() => {});
  return {
    learned: () => learned,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

/** Resolves when nothing is trained any more; fails when anything of it failed. */
async function settled(parlance: Parlance): Promise<void> {
  await until(
    "all training has ended",
    async () => {
      const chatbots = await parlance.json<{ status: number }[]>(["chatbots", "list"]);
      return chatbots.every(({ status }) => status === 100);
    },
    { timeoutMs: 120_000 },
  );
}

async function oneOf(root: string, pattern: RegExp): Promise<string> {
  const files = (await readdir(root, { recursive: true })).map((file) => join(root, file));
  const found = files.find((file) => pattern.test(file));
  if (found === undefined) throw new Error("no such file");
  return found;
}

async function flip(file: string): Promise<void> {
  const bytes = await readFile(file);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(file, bytes);
}

type Entry = { path: string; bytes: number; sha256: string };

/** Changes the list; one that is signed anew is refused for what it holds. */
async function changeManifest(folder: string, change: (files: Entry[]) => Entry[]): Promise<void> {
  const file = join(folder, "manifest.json");
  const manifest = JSON.parse(await readFile(file, "utf8")) as { files: Entry[]; sha256: string };
  const files = change(manifest.files);
  const escapes = files.some(({ path }) => path.includes(".."));
  const digest = createHash("sha256").update(JSON.stringify(files.map(({ path, bytes, sha256 }) => [path, bytes, sha256])));
  await writeFile(file, JSON.stringify({ ...manifest, files, ...(escapes && { sha256: digest.digest("hex") }) }));
}
