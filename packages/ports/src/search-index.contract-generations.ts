import { expect, it } from "vitest";
import { axis, chunk, freshScope, idsFound, plainResult, type SearchIndexBench } from "./search-index.contract-kit.ts";
import type { IndexQuery } from "./search-index.ts";
import { asTenant } from "./tenant.ts";

export function generationCases({ index, dimension }: SearchIndexBench): void {
  const vector = axis(dimension, 0);
  const query = (generation: number): IndexQuery => ({ generation, vector, terms: ["parcel"], candidates: 10 });

  it("shows the old knowledge wholly until the new generation is asked for", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("old", "parcel", { vector }), chunk("both", "parcel", { documentId: "e", vector })]);
    await index().put(scope, [chunk("new", "parcel", { vector, from: 2 })]);
    await index().retire(scope, "d", 2, ["new"]);
    expect(await idsFound(index(), scope, query(1))).toEqual(["both", "old"]);
    expect(await idsFound(index(), scope, query(2))).toEqual(["both", "new"]);
    expect(await idsFound(index(), scope, query(7))).toEqual(["both", "new"]);
  });

  it("ends the chunks of one document only, but for those to keep", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("a", "parcel"), chunk("b", "parcel"), chunk("other", "parcel", { documentId: "e" })]);
    await index().retire(scope, "d", 2, ["b"]);
    expect(await idsFound(index(), scope, query(2))).toEqual(["b", "other"]);
    expect(await idsFound(index(), scope, query(1))).toEqual(["a", "b", "other"]);
  });

  it("leaves alone what begins later, so that a late call undoes nothing newer", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("a", "parcel"), chunk("later", "parcel", { from: 3 })]);
    await index().retire(scope, "d", 2, []);
    expect(await idsFound(index(), scope, query(1))).toEqual(["a"]);
    expect(await idsFound(index(), scope, query(2))).toEqual([]);
    expect(await idsFound(index(), scope, query(3))).toEqual(["later"]);
  });

  it("opens a kept chunk again that the same generation had ended, and no other", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("a", "parcel"), chunk("b", "parcel"), chunk("gone", "parcel")]);
    await index().retire(scope, "d", 2, ["a", "b"]);
    await index().retire(scope, "d", 3, []);
    await index().retire(scope, "d", 3, ["a", "gone"]);
    await index().retire(scope, "d", 3, ["a", "gone"]);
    expect(await idsFound(index(), scope, query(3))).toEqual(["a"]);
    expect(await idsFound(index(), scope, query(2))).toEqual(["a", "b"]);
  });

  it("restores exactly what was found before when a generation is discarded", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("a", "parcel parcel abroad", { vector }), chunk("b", "parcel"), chunk("c", "letter")]);
    const before = plainResult(await index().search(scope, query(1)));
    await index().put(scope, [chunk("x", "parcel abroad", { from: 2, vector }), chunk("y", "letter", { from: 2 })]);
    await index().retire(scope, "d", 2, ["x", "c"]);
    await index().discard(scope, 2);
    await index().discard(scope, 2);
    expect(plainResult(await index().search(scope, query(1)))).toEqual(before);
    expect(plainResult(await index().search(scope, query(2)))).toEqual(before);
  });

  it("undoes what a generation did to one document, whatever ids its chunks had, and nothing else of the generation", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("kept", "parcel"), chunk("ended", "parcel"), chunk("other", "parcel", { documentId: "e" })]);
    await index().put(scope, [chunk("new", "parcel", { from: 2 }), chunk("newer", "parcel", { documentId: "e", from: 2 })]);
    await index().retire(scope, "d", 2, ["kept", "new"]);
    await index().retire(scope, "e", 2, ["newer"]);
    await index().discard(scope, 2, "d");
    await index().discard(scope, 2, "d");
    expect(await idsFound(index(), scope, query(2))).toEqual(["ended", "kept", "newer"]);
    expect(await idsFound(index(), scope, query(1))).toEqual(["ended", "kept", "other"]);
  });

  it("erases what ended at or before a generation, and nothing that is still seen", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("a", "parcel"), chunk("b", "parcel"), chunk("c", "parcel")]);
    await index().retire(scope, "d", 2, ["b", "c"]);
    await index().retire(scope, "d", 3, ["c"]);
    await index().purge(scope, 2);
    await index().purge(scope, 2);
    expect(await idsFound(index(), scope, query(1))).toEqual(["b", "c"]);
    expect((await index().search(scope, query(3))).chunkCount).toBe(2);
  });

  it("erases all of a chatbot, which can be filled again at once", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("a", "parcel", { vector }), chunk("b", "parcel")]);
    expect(await idsFound(index(), scope, query(1))).toEqual(["a", "b"]);
    await index().purge(scope);
    await index().purge(scope);
    expect(await index().search(scope, query(1))).toMatchObject({ candidates: [], bestBm25: 0, chunkCount: 0 });
    await index().put(scope, [chunk("a", "parcel", { vector })]);
    expect(await idsFound(index(), scope, query(1))).toEqual(["a"]);
  });

  it("tells which chunk ids a generation sees", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("a", "parcel"), chunk("b", ""), chunk("later", "parcel", { from: 2 })]);
    await index().retire(scope, "d", 3, ["b", "later"]);
    const asked = ["a", "b", "later", "unknown"];
    expect(await index().present(scope, 1, asked)).toEqual(new Set(["a", "b"]));
    expect(await index().present(scope, 2, asked)).toEqual(new Set(["a", "b", "later"]));
    expect(await index().present(scope, 3, asked)).toEqual(new Set(["b", "later"]));
    expect(await index().present(scope, 3, [])).toEqual(new Set());
  });

  it("keeps one chunk for an id that is put twice, the same or changed", async () => {
    const scope = freshScope();
    const first = chunk("a", "parcel parcel", { vector });
    await index().put(scope, [first, chunk("b", "letter")]);
    const before = plainResult(await index().search(scope, query(1)));
    await index().put(scope, [first]);
    expect(plainResult(await index().search(scope, query(1)))).toEqual(before);
    await index().put(scope, [chunk("a", "stamp", { documentId: "e", from: 2, vector: axis(dimension, 1) })]);
    expect(await idsFound(index(), scope, { generation: 2, terms: ["parcel"] })).toEqual([]);
    const { candidates, chunkCount } = await index().search(scope, { ...query(2), terms: ["stamp"] });
    expect(candidates[0]).toMatchObject({
      chunkId: "a",
      documentId: "e",
      cosine: 0,
      matchedTerms: ["stamp"],
      payload: { text: "stamp" },
    });
    expect(chunkCount).toBe(2);
  });

  it("never shows a chatbot what another holds under the same ids", async () => {
    const mine = freshScope();
    const neighbours = [
      { ...mine, chatbotId: mine.chatbotId.toUpperCase() },
      { ...mine, tenant: freshScope().tenant },
      { ...mine, chatbotId: `../${mine.chatbotId}` },
      { tenant: asTenant(`${mine.tenant}/${mine.chatbotId}`), chatbotId: "é".repeat(300) },
      { tenant: mine.tenant, chatbotId: "é".repeat(299) },
    ];
    for (const scope of [mine, ...neighbours]) {
      await index().put(scope, [
        chunk("same", "parcel", { vector, payload: { ...chunk("same", "").payload, text: scope.chatbotId } }),
      ]);
    }
    await index().retire(neighbours[0] ?? mine, "d", 1, []);
    await index().purge(neighbours[1] ?? mine);
    const seen = async (scope = mine) => (await index().search(scope, query(1))).candidates.map(({ payload }) => payload.text);
    expect(await Promise.all([mine, ...neighbours].map(seen))).toEqual([
      [mine.chatbotId],
      [],
      [],
      ...neighbours.slice(2).map(({ chatbotId }) => [chatbotId]),
    ]);
    expect((await index().search(mine, query(1))).chunkCount).toBe(1);
  });
}
