import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asTenant, type IndexChunk } from "@parlance/ports";
import { afterAll, describe, expect, it } from "vitest";
import { openFolderBlobStore } from "../src/blob/index.ts";
import { openEmbeddedDocumentStore, openEmbeddedSearchIndex } from "../src/embedded/index.ts";

const root = await mkdtemp(join(tmpdir(), "parlance-held-"));
afterAll(() => rm(root, { recursive: true }));

const tenant = asTenant("user");
const search = { dimension: 4, model: "test" };

describe("a held state", () => {
  it("of documents has what was written before the hold and nothing of later", async () => {
    const store = await openEmbeddedDocumentStore({ path: join(root, "documents.db") });
    const things = store.collection<{ n: number }>({ name: "test.things" });
    await things.insert(tenant, "before", { n: 1 });
    const held = store.hold();
    await things.insert(tenant, "after", { n: 2 });
    await held.copyTo(join(root, "copied.db"));
    held.release();
    await things.insert(tenant, "still-writable", { n: 3 });
    await store.close();

    const copy = await openEmbeddedDocumentStore({ path: join(root, "copied.db") });
    const copied = copy.collection<{ n: number }>({ name: "test.things" });
    expect((await copied.find(tenant, { limit: 10 })).items.map(({ id }) => id)).toEqual(["before"]);
    expect(await copy.faults()).toEqual([]);
    await copy.close();
  });

  it("of the index has every write that was asked for before the hold, and holds later ones back", async () => {
    const index = await openEmbeddedSearchIndex({ path: join(root, "index"), ...search });
    const one = { tenant, chatbotId: "one" };
    const other = { tenant, chatbotId: "other" };
    await index.put(one, [chunk("before")]);
    const asked = index.put(one, [chunk("asked for")]);
    const askedNew = index.put(other, [chunk("in a new file")]);
    const held = index.hold();
    const later = index.put(one, [chunk("later")]);
    const erased = index.purge(other);
    await held.copyTo(join(root, "index-copy"));
    await Promise.all([asked, askedNew, later, erased]);
    expect(await index.present(one, 1, ["later"])).toEqual(new Set(["later"]));
    await index.close();

    const copy = await openEmbeddedSearchIndex({ path: join(root, "index-copy"), ...search });
    expect(await copy.present(one, 1, ["before", "asked for", "later"])).toEqual(new Set(["before", "asked for"]));
    expect(await copy.present(other, 1, ["in a new file"])).toEqual(new Set(["in a new file"]));
    expect(await copy.faults()).toEqual([]);
    await copy.close();
  });

  it("of the index lets writes go on when it is released without a copy", async () => {
    const index = await openEmbeddedSearchIndex({ path: join(root, "released"), ...search });
    const scope = { tenant, chatbotId: "one" };
    await index.put(scope, [chunk("a")]);
    const held = index.hold();
    const later = index.put(scope, [chunk("b")]);
    held.release();
    await later;
    expect(await index.present(scope, 1, ["a", "b"])).toEqual(new Set(["a", "b"]));
    await index.close();
  });

  it("of blobs keeps what is deleted or overwritten before it is copied", async () => {
    const blobs = await openFolderBlobStore({ path: join(root, "blobs") });
    const put = (key: string, text: string) => blobs.put(key, Buffer.from(text));
    for (const key of ["u/deleted", "u/folder/one", "u/folder/two", "u/kept"]) await put(key, key);
    await put("u/overwritten", "old");
    const held = blobs.hold();
    await blobs.delete("u/deleted");
    await blobs.deleteAll("u/folder/");
    await put("u/overwritten", "new");
    expect(await blobs.list("", { limit: 100 })).toEqual(["u/kept", "u/overwritten"]);
    await held.copyTo(join(root, "blobs-copy"));
    held.release();
    await blobs.close();

    const copy = await openFolderBlobStore({ path: join(root, "blobs-copy") });
    const keys = ["u/deleted", "u/folder/one", "u/folder/two", "u/kept", "u/overwritten"];
    expect(await copy.list("", { limit: 100 })).toEqual(keys);
    expect(Buffer.from((await copy.get("u/overwritten")) ?? "").toString()).toBe("old");
    await copy.close();
  });
});

function chunk(chunkId: string): IndexChunk {
  const payload = {
    text: chunkId,
    headings: [],
    title: "",
    sourceName: "",
    sourceType: "text",
    language: "en",
    english: true,
    revision: "",
    start: 0,
    ordinal: 0,
  };
  return { chunkId, documentId: "d", from: 1, vector: Float32Array.of(1, 0, 0, 0), terms: ["word"], payload };
}
