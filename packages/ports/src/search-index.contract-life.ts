import { expect, it } from "vitest";
import { StoreError } from "./document-store.ts";
import { axis, chunk, freshScope, idsFound, knowledge, type SearchIndexBench } from "./search-index.contract-kit.ts";
import type { IndexChunk, IndexQuery } from "./search-index.ts";

export function lifeCases(bench: SearchIndexBench): void {
  loadCases(bench);
  refusalCases(bench);
  closeCases(bench);
}

function loadCases({ index, dimension }: SearchIndexBench): void {
  const vector = axis(dimension, 0);

  it("takes two thousand chunks at once and sees each as soon as it resolves", async () => {
    const scope = freshScope();
    const chunks = knowledge(2_000, dimension);
    await index().put(scope, chunks);
    const ids = chunks.map(({ chunkId }) => chunkId);
    expect((await index().present(scope, 1, ids)).size).toBe(2_000);
    expect((await index().search(scope, { generation: 1, vector, terms: [], candidates: 1 })).chunkCount).toBe(2_000);
    await index().retire(scope, "d3", 2, []);
    expect((await index().present(scope, 2, ids)).size).toBe(2_000 - chunks.filter(({ documentId }) => documentId === "d3").length);
  });

  it("answers from whole knowledge while the next generation is being written", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("old", "parcel", { vector })]);
    const state = { writing: true };
    const writes = Promise.all(
      Array.from({ length: 8 }, async (_, part) => {
        const chunks = knowledge(100, dimension).map((fact) => ({ ...fact, chunkId: `${part}-${fact.chunkId}`, from: 2 }));
        await index().put(scope, chunks);
      }),
    ).finally(() => (state.writing = false));
    let searches = 0;
    while (state.writing || searches === 0) {
      expect(await idsFound(index(), scope, { vector, terms: ["w1", "parcel"], candidates: 200 })).toEqual(["old"]);
      searches++;
    }
    await writes;
    expect((await index().search(scope, { generation: 2, terms: [], candidates: 1 })).chunkCount).toBe(801);
  });

  it("keeps every chunk of writes that run side by side", async () => {
    const scope = freshScope();
    const ids = Array.from({ length: 40 }, (_, number) => `c${number}`);
    await Promise.all(ids.map((id) => index().put(scope, [chunk(id, `parcel ${id}`, { vector })])));
    await Promise.all(ids.map((id) => index().put(scope, [chunk(id, `parcel ${id}`, { vector })])));
    expect(await idsFound(index(), scope, { vector, candidates: 200 })).toEqual(ids.toSorted());
  });

  it("takes no chunks for nothing to do", async () => {
    const scope = freshScope();
    await index().put(scope, []);
    await index().retire(scope, "unknown", 1, ["a"]);
    await index().discard(scope, 1);
    await index().purge(scope, 1);
    expect(await index().present(scope, 1, ["a"])).toEqual(new Set());
  });
}

function refusalCases({ index, dimension }: SearchIndexBench): void {
  const vector = axis(dimension, 0);
  const query: IndexQuery = { generation: 1, vector, terms: ["parcel"], candidates: 5 };
  const invalid = { name: "StoreError", kind: "invalid" };

  it.each<[string, Partial<IndexChunk>]>([
    ["a vector of another dimension", { vector: axis(dimension + 8, 0) }],
    ["a vector that is not of length one", { vector: vector.map((value) => value * 2) }],
    ["a vector that is not a number", { vector: vector.map(() => Number.NaN) }],
    ["a term with white space", { terms: ["two words"] }],
    ["an empty term", { terms: [""] }],
    ["an empty id", { chunkId: "" }],
    ["generation 0", { from: 0 }],
  ])("refuses %s and writes nothing of the call", async (_, wrong) => {
    const scope = freshScope();
    await expect(index().put(scope, [chunk("good", "parcel"), { ...chunk("bad", "parcel"), ...wrong }])).rejects.toMatchObject(
      invalid,
    );
    expect(await idsFound(index(), scope, query)).toEqual([]);
  });

  it.each<[string, Partial<IndexQuery>]>([
    ["a vector of another dimension", { vector: axis(dimension + 8, 0) }],
    ["no candidates", { candidates: 0 }],
    ["more than 200 candidates", { candidates: 201 }],
    ["a part of a candidate", { candidates: 1.5 }],
  ])("refuses a query with %s", async (_, wrong) => {
    await expect(index().search(freshScope(), { ...query, ...wrong })).rejects.toMatchObject(invalid);
  });

  it("makes no search that was aborted before, and leaves one that is aborted while it runs", async () => {
    const scope = freshScope();
    await index().put(scope, knowledge(500, dimension));
    const reason = new Error("the visitor left");
    await expect(index().search(scope, query, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const running = Array.from({ length: 5 }, () => index().search(scope, query, { signal: controller.signal }));
    controller.abort(reason);
    for (const result of await Promise.allSettled(running)) expect(result).toMatchObject({ status: "rejected", reason });
    expect((await index().search(scope, query)).chunkCount).toBe(500);
  });
}

function closeCases({ open, dimension }: SearchIndexBench): void {
  it("finds after a restart what was there before", async () => {
    const scope = freshScope();
    const first = await open();
    await first.put(scope, [chunk("a", "parcel", { vector: axis(dimension, 0) }), chunk("b", "parcel")]);
    await first.retire(scope, "d", 2, ["a"]);
    await first.close();
    const second = await open();
    expect(await idsFound(second, scope, { generation: 1, terms: ["parcel"] })).toEqual(["a", "b"]);
    expect(await idsFound(second, scope, { generation: 2, vector: axis(dimension, 0) })).toEqual(["a"]);
    await second.close();
  });

  it("closes twice, finishes what it was asked before, and refuses everything after", async () => {
    const scope = freshScope();
    const index = await open();
    const writing = index.put(scope, [chunk("a", "parcel")]);
    await Promise.all([index.close(), index.close()]);
    await index.close();
    await writing;
    for (const work of [index.put(scope, [chunk("b", "parcel")]), index.present(scope, 1, ["a"])]) {
      const error: unknown = await work.catch((failure: unknown) => failure);
      expect(error).toBeInstanceOf(StoreError);
      expect(error).toMatchObject({ kind: "unavailable" });
    }
    const again = await open();
    expect(await again.present(scope, 1, ["a", "b"])).toEqual(new Set(["a"]));
    await again.close();
  });
}
