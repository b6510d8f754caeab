import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, open as openFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { asTenant, type IndexChunk, type Scope } from "@parlance/ports";
import { afterAll, describe, expect, it } from "vitest";
import { SearchIndexFile } from "../src/embedded/search-index-file.ts";
import { packChunks } from "../src/embedded/search-index-pack.ts";
import { scopeFile } from "../src/embedded/search-index-path.ts";
import { closestVectors } from "../src/embedded/search-index-vectors.ts";
import { put, retire } from "../src/embedded/search-index-write.ts";
import { openEmbeddedSearchIndex } from "../src/embedded/search-index.ts";

const root = await mkdtemp(join(tmpdir(), "parlance-search-files-"));
afterAll(() => rm(root, { recursive: true }));

const scope: Scope = { tenant: asTenant("user"), chatbotId: "Bot 1" };
const settings = { dimension: 8, model: "test" };
const fact = (chunkId: string, vector = Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0)): IndexChunk => ({
  chunkId,
  documentId: "d",
  from: 1,
  vector,
  terms: ["parcel", chunkId],
  payload: {
    text: "The parcel.",
    headings: [],
    title: "",
    sourceName: "",
    sourceType: "text",
    language: "en",
    english: true,
    revision: "",
    start: 0,
    ordinal: 0,
  },
});

/** How many rows, payloads, texts and vectors the file holds. */
function counts(file: string): unknown[] {
  const open = SearchIndexFile.open(file, { ...settings, access: "write" });
  const tables = ["chunk", "payload", "words_docsize", "vectors", "vectors_rowids"];
  const found = tables.map((table) => open?.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"]);
  const total = open?.prepare("SELECT chunks, vectors FROM total").get();
  expect(open?.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  open?.close();
  return [...found, total?.["chunks"], total?.["vectors"]];
}

describe("files of the embedded search index", () => {
  it("keep rows, vectors and texts equal and every acknowledged chunk through SIGKILL", { timeout: 60_000 }, async () => {
    const path = join(root, "killed");
    const acknowledged = new Set<string>();
    for (const round of [1, 2, 3]) {
      const program = join(import.meta.dirname, "put-forever.ts");
      const child = spawn(process.execPath, [program, path, `r${round}`], { stdio: ["ignore", "pipe", "inherit"] });
      for await (const line of createInterface({ input: child.stdout })) {
        for (const id of line.split(" ")) acknowledged.add(id);
        if (acknowledged.size > round * 150) child.kill("SIGKILL");
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      expect(child.signalCode).toBe("SIGKILL");
      const all = counts(scopeFile(path, scope));
      expect(all).toEqual(all.map(() => all[0]));
    }
    const index = await openEmbeddedSearchIndex({ path, ...settings });
    expect(await index.present(scope, 9, [...acknowledged])).toEqual(acknowledged);
    await index.close();
  });

  it("are refused with another model or dimension, by folder and one by one", async () => {
    const path = join(root, "models");
    const index = await openEmbeddedSearchIndex({ path, ...settings });
    await index.put(scope, [fact("a")]);
    await index.close();
    const invalid = { name: "StoreError", kind: "invalid" };
    await expect(openEmbeddedSearchIndex({ path, dimension: 16, model: "test" })).rejects.toMatchObject(invalid);
    await expect(openEmbeddedSearchIndex({ path, dimension: 8, model: "other" })).rejects.toMatchObject(invalid);
    await rm(join(path, "origin.json"));
    const other = await openEmbeddedSearchIndex({ path, dimension: 8, model: "other" });
    await expect(other.search(scope, { generation: 1, terms: ["parcel"], candidates: 1 })).rejects.toMatchObject(invalid);
    await expect(other.put(scope, [fact("b")])).rejects.toMatchObject(invalid);
    await other.close();
  });

  it.each(["", '{"model":"te', "{}", "null", "\0\0\0"])(
    "are opened though the folder's note is %j, which is written anew",
    async (note) => {
      const path = join(root, "notes");
      const index = await openEmbeddedSearchIndex({ path, ...settings });
      await index.put(scope, [fact("a")]);
      await index.close();
      await writeFile(join(path, "origin.json"), note);
      const again = await openEmbeddedSearchIndex({ path, ...settings });
      expect(await again.present(scope, 1, ["a"])).toEqual(new Set(["a"]));
      await again.close();
      await expect(openEmbeddedSearchIndex({ path, dimension: 8, model: "other" })).rejects.toMatchObject({ kind: "invalid" });
    },
  );

  it.each([
    ["overwritten from its start", 0],
    ["overwritten in its middle", 20_000],
  ])("that are %s are reported as damaged, harm no other chatbot, and can be erased", async (name, position) => {
    const path = join(root, name);
    const healthy = { ...scope, chatbotId: "healthy" };
    const before = await openEmbeddedSearchIndex({ path, ...settings });
    await before.put(healthy, [fact("a")]);
    await before.put(
      scope,
      Array.from({ length: 300 }, (_, n) => fact(`c${n}`)),
    );
    await before.close();
    const handle = await openFile(scopeFile(path, scope), "r+");
    await handle.write(Buffer.alloc(400_000, 0xa5), 0, 400_000, position);
    await handle.close();
    const index = await openEmbeddedSearchIndex({ path, ...settings });
    const query = { generation: 1, vector: fact("a").vector ?? new Float32Array(8), terms: ["parcel"], candidates: 50 };
    const damaged = {
      name: "StoreError",
      kind: "corrupt",
      message: expect.stringMatching(/is damaged; .* run doctor with --repair/) as unknown,
    };
    await expect(index.search(scope, query)).rejects.toMatchObject(damaged);
    await expect(
      index.put(
        scope,
        Array.from({ length: 300 }, (_, n) => fact(`c${n}`)),
      ),
    ).rejects.toMatchObject(damaged);
    expect((await index.search(healthy, query)).candidates).toHaveLength(1);
    await index.purge(scope);
    await index.put(scope, [fact("again")]);
    expect((await index.search(scope, query)).candidates.map(({ chunkId }) => chunkId)).toEqual(["again"]);
    await index.close();
  });

  it("of no bytes count as empty", async () => {
    const path = join(root, "empty");
    const index = await openEmbeddedSearchIndex({ path, ...settings });
    await index.put(scope, [fact("a")]);
    await index.purge(scope);
    await index.put({ ...scope, chatbotId: "other" }, [fact("a")]);
    await writeFile(scopeFile(path, scope), "");
    expect(await index.present(scope, 1, ["a"])).toEqual(new Set());
    await index.put(scope, [fact("a")]);
    expect(await index.present(scope, 1, ["a"])).toEqual(new Set(["a"]));
    await index.close();
  });

  it("vanish with the folder when all of a chatbot is erased, and are not made by reading", async () => {
    const path = join(root, "erased");
    const index = await openEmbeddedSearchIndex({ path, ...settings });
    expect(await index.present(scope, 1, ["a"])).toEqual(new Set());
    await index.retire(scope, "d", 1, []);
    await index.discard(scope, 1);
    expect(await readdir(path)).toEqual(["origin.json"]);
    await index.put(scope, [fact("a")]);
    expect(await index.present(scope, 1, ["a"])).toEqual(new Set(["a"]));
    expect(existsSync(scopeFile(path, scope))).toBe(true);
    await index.purge(scope);
    expect(await readdir(path)).toEqual(["origin.json"]);
    await index.close();
  });

  it("of more than 20,000 chunks give at least 99 % of the closest ones, of the generation asked for", { timeout: 60_000 }, () => {
    const dimension = 96;
    const vectors = Array.from({ length: 20_600 }, (_, number) => gaussian(number, dimension));
    const questions = Array.from({ length: 10 }, (_, round) => gaussian(100_000 + round, dimension));
    expect(shareFound(join(root, "large.db"), vectors, questions)).toBeGreaterThanOrEqual(0.99);
  });

  it("of more than 20,000 chunks do so, too, for questions that a part of the model reads", { timeout: 60_000 }, () => {
    const parts = [96, 32] as const;
    const joined = (...[left, right]: readonly [Float32Array?, Float32Array?]) => {
      const vector = new Float32Array(parts[0] + parts[1]);
      vector.set(left ?? []);
      vector.set(right ?? [], parts[0]);
      const norm = Math.hypot(...vector);
      return vector.map((value) => value / norm);
    };
    const vectors = Array.from({ length: 20_600 }, (_, number) =>
      joined(gaussian(number, parts[0]), gaussian(7 * number + 1, parts[1])),
    );
    const byLeft = Array.from({ length: 10 }, (_, round) => joined(gaussian(100_000 + round, parts[0])));
    const byRight = Array.from({ length: 10 }, (_, round) => joined(undefined, gaussian(200_000 + round, parts[1])));
    expect(shareFound(join(root, "joined.db"), vectors, [...byLeft, ...byRight])).toBeGreaterThanOrEqual(0.99);
  });
});

/** Which share of the twenty closest chunks of the second generation, in which a tenth has ended, is found; fails when others are. */
function shareFound(path: string, vectors: readonly Float32Array[], questions: readonly Float32Array<ArrayBuffer>[]): number {
  const dimension = vectors[0]?.length ?? 0;
  const file = SearchIndexFile.open(path, { dimension, model: "test", access: "write" });
  if (file === undefined) throw new Error("no file");
  for (let start = 0; start < vectors.length; start += 1_000) {
    const part = vectors.slice(start, start + 1_000);
    put(
      file,
      packChunks(
        part.map((vector, n) => ({ ...fact(`c${start + n}`, new Float32Array(vector)), documentId: n < 100 ? "ended" : "d" })),
        dimension,
      ),
    );
  }
  retire(file, "ended", 2, []);
  const visible = vectors.flatMap((vector, n) => (n % 1_000 < 100 ? [] : { id: n + 1, vector }));
  let hits = 0;
  for (const question of questions) {
    const found = new Set(closestVectors(file, question, 2, 20));
    const scored = visible.map(({ id, vector }) => ({
      id,
      cosine: vector.reduce((sum, value, n) => sum + value * (question[n] ?? 0), 0),
    }));
    scored.sort((a, b) => b.cosine - a.cosine);
    hits += scored.slice(0, 20).filter(({ id }) => found.has(id)).length;
    expect([...found].every((id) => (id - 1) % 1_000 >= 100)).toBe(true);
  }
  file.close();
  return hits / (20 * questions.length);
}

/** A vector of length 1 around one of sixty themes; the same number gives the same vector. */
function gaussian(number: number, dimension: number): Float32Array<ArrayBuffer> {
  const theme = random(number % 60);
  const own = random(1_000 + number);
  const values = Float32Array.from({ length: dimension }, () => bell(theme) + 0.8 * bell(own));
  const norm = Math.hypot(...values);
  return values.map((value) => value / norm);
}

function bell(next: () => number): number {
  return next() + next() + next() - 1.5;
}

function random(seed: number): () => number {
  let state = Math.imul(seed + 1, 2_654_435_761);
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 1_597_334_677) + 1_013_904_223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}
