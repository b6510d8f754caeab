import { cp, mkdtemp, open as openFile, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asTenant, type IndexChunk, type IndexResult, type Scope } from "@parlance/ports";
import { payloadOf } from "@parlance/ports/contracts";
import { afterAll, describe, expect, it } from "vitest";
import { SearchIndexFile } from "../src/embedded/search-index-file.ts";
import { scopeFile } from "../src/embedded/search-index-path.ts";
import { openEmbeddedSearchIndex, type EmbeddedSearchIndexOptions } from "../src/embedded/search-index.ts";

const root = await mkdtemp(join(tmpdir(), "parlance-search-conversion-"));
afterAll(() => rm(root, { recursive: true }));

const former = { model: "old", dimension: 4 };
const model = { model: "new", dimension: 40, predecessor: { ...former, scale: Math.SQRT1_2, rest: Math.SQRT1_2 } };

const bots = ["one", "two", "three"].map((chatbotId): Scope => ({ tenant: asTenant("user"), chatbotId }));
const [one, two, three] = bots as [Scope, Scope, Scope];

const vectors: Record<string, Float32Array> = {
  a: Float32Array.of(1, 0, 0, 0),
  b: Float32Array.of(0.6, -0.8, 0, 0),
  c: Float32Array.of(0, 0, -0.6, 0.8),
  ended: Float32Array.of(0.8, 0, 0.6, 0),
};

function chunk(chunkId: string): IndexChunk {
  const payload = payloadOf(`The parcel ${chunkId}.`);
  const vector = vectors[chunkId];
  return { chunkId, documentId: chunkId, from: 1, ...(vector && { vector }), terms: ["parcel", chunkId], payload };
}

/** Three chatbots that know the same, as an older version left them; one of the chunks has no vector, and one has ended. */
const before = await (async () => {
  const index = await openEmbeddedSearchIndex({ path: join(root, "former"), ...former });
  for (const bot of bots) {
    await index.put(bot, [...Object.keys(vectors), "silent"].map(chunk));
    await index.retire(bot, "ended", 2, []);
  }
  const found = await index.search(one, question(2, former.dimension));
  await index.close();
  return found;
})();

async function copyOfFormer(name: string): Promise<string> {
  await cp(join(root, "former"), join(root, name), { recursive: true });
  return join(root, name);
}

function question(generation: number, dimension: number) {
  const vector = new Float32Array(dimension);
  vector.set([0.6, 0, 0, 0.8]);
  return { generation, vector, terms: ["parcel", "b"], candidates: 50 };
}

/** As the older model would have scored it. */
function unscaled(result: IndexResult): IndexResult {
  const candidates = result.candidates.map((found) => ({
    ...found,
    cosine: expect.closeTo(found.cosine / Math.SQRT2, 6) as number,
  }));
  return { ...result, candidates };
}

async function noteOf(path: string): Promise<unknown> {
  return (JSON.parse(await readFile(join(path, "origin.json"), "utf8")) as { model: unknown }).model;
}

/** Opens with the newer model, and keeps what is told of a conversion. */
async function open(path: string, options: Partial<EmbeddedSearchIndexOptions> = {}) {
  const told: unknown[] = [];
  const index = await openEmbeddedSearchIndex({
    path,
    ...model,
    onConversion: {
      begun: (files) => told.push(files),
      failed: ({ kind }) => told.push(kind),
      ended: () => told.push("ended"),
    },
    ...options,
  });
  return { index, told };
}

describe("an embedded search index of the model's predecessor", () => {
  it("is converted when it is opened: each chatbot finds the same in the same order, by vectors, words and generations", async () => {
    const path = await copyOfFormer("whole");
    const { index, told } = await open(path);
    for (const bot of bots) {
      expect(await index.search(bot, question(2, model.dimension))).toEqual(unscaled(before));
      const earlier = await index.search(bot, question(1, model.dimension));
      expect(earlier.candidates.map(({ chunkId }) => chunkId)).toContain("ended");
    }
    expect(await index.faults()).toEqual([]);
    await index.close();
    expect(told).toEqual([3, "ended"]);
    expect(await noteOf(path)).toBe("new");
  });

  it("takes what the newer model writes, beside what was converted", async () => {
    const { index } = await open(await copyOfFormer("written"));
    const vector = new Float32Array(model.dimension).fill(Math.sqrt(1 / model.dimension));
    await index.put(one, [{ ...chunk("later"), vector }]);
    await index.put(one, [{ ...chunk("b"), vector }]);
    await index.purge(one, 2);
    const found = await index.search(one, { ...question(2, model.dimension), vector });
    const own = found.candidates.filter(({ cosine }) => cosine > 0.99).map(({ chunkId }) => chunkId);
    expect(own.toSorted()).toEqual(["b", "later"]);
    expect(found.chunkCount).toBe(5);
    await index.close();
  });

  it("is converted once: what is opened again, or is new, is left alone", async () => {
    const path = await copyOfFormer("again");
    await (await open(path)).index.close();
    for (const known of [path, join(root, "none before")]) {
      const { index, told } = await open(known);
      await index.close();
      expect(told).toEqual([]);
    }
  });

  it.each(["between two files", "before the folder's note"])(
    "that was cut off %s is gone on with at the next start",
    async (when) => {
      const path = await copyOfFormer(when);
      for (const bot of when === "between two files" ? [one] : bots)
        SearchIndexFile.open(scopeFile(path, bot), { ...model, access: "write" })?.close();
      expect(await noteOf(path)).toBe("old");
      const { index } = await open(path);
      for (const bot of bots) expect(await index.search(bot, question(2, model.dimension))).toEqual(unscaled(before));
      await index.close();
      expect(await noteOf(path)).toBe("new");
    },
  );

  it("that was cut off in the middle of a file has that file as it was, and is gone on with", async () => {
    const path = await copyOfFormer("cut in a file");
    const change = (sql: string) => {
      const file = SearchIndexFile.open(scopeFile(path, two), { ...former, access: "write" });
      file?.prepare(sql).run();
      file?.close();
    };
    // The last write of a file's conversion fails, after all vectors were written.
    change("CREATE TRIGGER cut BEFORE UPDATE ON origin BEGIN SELECT RAISE(ABORT, 'cut off'); END");
    await expect(open(path)).rejects.toMatchObject({ kind: "unavailable", message: expect.stringContaining("cut off") as unknown });
    expect(await noteOf(path)).toBe("old");
    change("DROP TRIGGER cut");
    const { index } = await open(path);
    for (const bot of bots) expect(await index.search(bot, question(2, model.dimension))).toEqual(unscaled(before));
    await index.close();
  });

  const damages: [what: string, damage: (file: string) => Promise<void>][] = [
    ["overwritten from its start", overwrite],
    ["without its vectors, but else whole", async (file) => loseVectors(file)],
  ];

  it.each(damages)("with a file %s has the others converted, and that file refused until it is erased", async (what, damage) => {
    const path = await copyOfFormer(what);
    await damage(scopeFile(path, two));
    const { index, told } = await open(path);
    expect(told).toEqual([3, "corrupt", "ended"]);
    for (const bot of [one, three]) expect(await index.search(bot, question(2, model.dimension))).toEqual(unscaled(before));
    const damaged = { kind: "corrupt", message: expect.stringMatching(/is damaged; .* run doctor with --repair/) as unknown };
    await expect(index.search(two, question(2, model.dimension))).rejects.toMatchObject(damaged);
    await expect(index.put(two, [chunk("silent")])).rejects.toMatchObject(damaged);
    expect((await index.faults()).map(({ file }) => file)).toEqual([scopeFile(path, two)]);
    await index.purge(two);
    await index.put(two, [chunk("silent")]);
    expect(await index.present(two, 1, ["silent", "a"])).toEqual(new Set(["silent"]));
    await index.close();
    expect(await noteOf(path)).toBe("new");
  });

  it("whose note is damaged is converted, too", async () => {
    const path = await copyOfFormer("damaged note");
    await writeFile(join(path, "origin.json"), "{");
    const { index } = await open(path);
    expect(await index.search(one, question(2, model.dimension))).toEqual(unscaled(before));
    await index.close();
  });

  it("is refused, and not changed, by a model that cannot use its vectors", async () => {
    const path = await copyOfFormer("refused");
    const predecessor = { ...model.predecessor, model: "another" };
    for (const options of [{ predecessor }, { predecessor: undefined }])
      await expect(open(path, options)).rejects.toMatchObject({ kind: "invalid" });
    const index = await openEmbeddedSearchIndex({ path, ...former });
    expect(await index.search(one, question(2, former.dimension))).toEqual(before);
    await index.close();
  });
});

async function overwrite(file: string): Promise<void> {
  const handle = await openFile(file, "r+");
  await handle.write(Buffer.alloc(50_000, 0xa5), 0, 50_000, 0);
  await handle.close();
}

function loseVectors(file: string): void {
  const open = SearchIndexFile.open(file, { ...former, access: "write" });
  open?.prepare("DELETE FROM vectors_vector_chunks00").run();
  open?.close();
}
