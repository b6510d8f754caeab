import { spawn } from "node:child_process";
import { chmod, copyFile, mkdtemp, open, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { asTenant } from "@parlance/ports";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { openStoreFile } from "../src/embedded/document-store-file.ts";
import { openEmbeddedDocumentStore } from "../src/embedded/index.ts";

const tenant = asTenant("tenant");
let path: string;

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-file-"));
  path = join(folder, "documents.db");
  onTestFinished(() => rm(folder, { recursive: true }));
});

it("forgets of its statements those that were not used for longest", () => {
  const file = openStoreFile(path);
  const often = file.prepare("SELECT 'often'");
  const once = file.prepare("SELECT 'once'");
  for (let other = 0; other < 600; other++) {
    file.prepare(`SELECT ${other}`);
    expect(file.prepare("SELECT 'often'")).toBe(often);
  }
  expect(file.prepare("SELECT 'once'")).not.toBe(once);
  file.close();
});

describe("a file that cannot be a document store", () => {
  it("is refused as damaged when it is no database", async () => {
    await writeFile(path, "not a database, but long enough to look like one to whoever reads its header".repeat(20));
    await expect(openEmbeddedDocumentStore({ path })).rejects.toMatchObject({ kind: "corrupt" });
  });

  it.runIf(process.getuid?.() !== 0)("is refused when it may only be read, and not at the first write", async () => {
    await filled();
    await chmod(path, 0o400);
    await expect(openEmbeddedDocumentStore({ path })).rejects.toMatchObject({
      kind: "unavailable",
      message: /cannot be read and written/,
    });
  });

  it("is refused when it belongs to another program, and left as it was", async () => {
    const foreign = new DatabaseSync(path);
    foreign.exec("CREATE TABLE notes (text); PRAGMA user_version = 7");
    foreign.close();
    const before = await readFile(path);
    await expect(openEmbeddedDocumentStore({ path })).rejects.toMatchObject({ kind: "invalid", message: /another program/ });
    expect(await readFile(path)).toEqual(before);
  });

  it("is refused when a newer version wrote it", async () => {
    await filled();
    const newer = new DatabaseSync(path);
    newer.exec("PRAGMA user_version = 2");
    newer.close();
    await expect(openEmbeddedDocumentStore({ path })).rejects.toMatchObject({ kind: "invalid", message: /newer version/ });
  });

  it("is refused as unavailable in a folder that is not there", async () => {
    await expect(openEmbeddedDocumentStore({ path: join(path, "nowhere", "x.db") })).rejects.toMatchObject({ kind: "unavailable" });
  });
});

describe("a damaged file", () => {
  it("is called damaged when its end was torn off", async () => {
    await filled();
    await truncate(path, Math.floor((await stat(path)).size / 2 / 4096) * 4096 - 100);
    await expect(openAndReadAll()).rejects.toMatchObject({ name: "StoreError", kind: "corrupt" });
  });

  it("is called damaged when pages were overwritten", async () => {
    await filled();
    const { size } = await stat(path);
    const file = await open(path, "r+");
    for (let page = 1; page < size / 4096; page++) await file.write(Buffer.alloc(2000, 0xa5), 0, 2000, page * 4096);
    await file.close();
    await expect(openAndReadAll()).rejects.toMatchObject({ name: "StoreError", kind: "corrupt" });
  });

  it("is found damaged when it is opened after an unclean stop, before anything is answered", async () => {
    await filled();
    const copy = `${path}.copy`;
    const store = await openEmbeddedDocumentStore({ path });
    await store.collection({ name: "suite.notes" }).insert(tenant, "last", { text: "in the log" });
    await copyFile(path, copy);
    await copyFile(`${path}-wal`, `${copy}-wal`);
    await store.close();
    const { size } = await stat(copy);
    const file = await open(copy, "r+");
    await file.write(Buffer.alloc(4096, 0xa5), 0, 4096, Math.floor(size / 4096 / 2) * 4096);
    await file.close();
    await expect(openEmbeddedDocumentStore({ path: copy })).rejects.toMatchObject({ kind: "corrupt" });
  });

  it("says so for a document whose text is no JSON", async () => {
    await filled();
    const raw = new DatabaseSync(path);
    raw.exec(`UPDATE "suite.notes" SET data = '{"text": "to' WHERE id = '7'`);
    raw.close();
    const store = await openEmbeddedDocumentStore({ path });
    onTestFinished(() => store.close());
    const notes = store.collection({ name: "suite.notes" });
    await expect(notes.get(tenant, "7")).rejects.toMatchObject({ kind: "corrupt" });
    expect((await notes.get(tenant, "8"))?.id).toBe("8");
  });
});

describe("a full disk", () => {
  it(
    "refuses the write, keeps what was there, and writes again when there is room",
    { skip: process.platform === "win32" },
    async () => {
      // A limit on the size of files, set by a shell for its child, stands in for a full disk.
      const script = `
      process.on("SIGXFSZ", () => {});
      const { openEmbeddedDocumentStore } = await import(${JSON.stringify(new URL("../src/embedded/index.ts", import.meta.url).href)});
      const store = await openEmbeddedDocumentStore({ path: ${JSON.stringify(path)} });
      const notes = store.collection({ name: "suite.notes" });
      for (let at = 0; ; at++) {
        try { await notes.insert("tenant", "id-" + at, { text: "x".repeat(20000) }); console.log("done id-" + at); }
        catch (error) { console.log("refused " + error.name + " " + error.kind); break; }
      }
      await notes.insert("tenant", "later", {}).catch((error) => console.log("later " + error.kind));`;
      const output = await runLimited(script);
      const acknowledged = [...output.matchAll(/^done (\S+)$/gm)].map(([, id]) => id ?? "");
      expect(acknowledged.length).toBeGreaterThan(3);
      expect(output).toContain("refused StoreError unavailable");
      const store = await openEmbeddedDocumentStore({ path });
      onTestFinished(() => store.close());
      const notes = store.collection({ name: "suite.notes" });
      for (const id of acknowledged) expect((await notes.get(tenant, id))?.id).toBe(id);
      await notes.insert(tenant, "again", {});
    },
  );
});

async function filled(): Promise<void> {
  const store = await openEmbeddedDocumentStore({ path });
  const notes = store.collection<{ text: string }>({ name: "suite.notes" });
  await Promise.all(Array.from({ length: 200 }, (_, at) => notes.insert(tenant, `${at}`, { text: "x".repeat(1000) })));
  await store.close();
}

async function openAndReadAll(): Promise<void> {
  const store = await openEmbeddedDocumentStore({ path });
  try {
    await store.collection({ name: "suite.notes" }).find(tenant, { limit: 1000 });
  } finally {
    await store.close();
  }
}

async function runLimited(script: string): Promise<string> {
  const command = `ulimit -f 400; exec "$0" --input-type=module-typescript -e "$1"`;
  const child = spawn("bash", ["-c", command, process.execPath, script], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  for await (const chunk of child.stdout) output += String(chunk);
  return output;
}
