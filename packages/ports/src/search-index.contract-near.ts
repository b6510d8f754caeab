import { expect, it } from "vitest";
import { chunk, freshScope, type SearchIndexBench } from "./search-index.contract-kit.ts";
import type { Scope } from "./search-index.ts";

export function nearCases({ index }: SearchIndexBench): void {
  /** Near terms of one word, whose only term is the word itself. */
  const nearTo = async (scope: Scope, word: string, generation = 1): Promise<string[] | undefined> => {
    const words = [{ word, terms: [word] }];
    const { near } = await index().search(scope, { generation, terms: [word], candidates: 5, words });
    return near.get(word)?.map(({ term }) => term);
  };

  it("finds the terms near to a word that no chunk holds, nearest first, of equals the more frequent", async () => {
    const scope = freshScope();
    await index().put(scope, [
      chunk("a", "parcels parcel letter"),
      chunk("b", "parcels stamp"),
      chunk("c", "parasol particle"),
      chunk("d", "deliveries delivery"),
    ]);
    expect(await nearTo(scope, "parcles")).toEqual(["parcels", "parcel"]);
    expect(await nearTo(scope, "delivrey")).toEqual(["delivery"]);
    expect(await nearTo(scope, "lettre")).toEqual(["letter"]);
  });

  it("finds the stem of a word that is misspelt in its ending, and a word whose first letters are swapped", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("a", "ship доставк")]);
    expect(await nearTo(scope, "shippimg")).toEqual(["ship"]);
    expect(await nearTo(scope, "hsip")).toEqual(["ship"]);
    expect(await nearTo(scope, "доствка")).toEqual(["доставк"]);
  });

  it("gives a chunk that holds the near term", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("a", "parcel abroad"), chunk("b", "stamp")]);
    const words = [{ word: "parcle", terms: ["parcle"] }];
    const { near } = await index().search(scope, { generation: 1, terms: ["parcle"], candidates: 1, words });
    expect(near.get("parcle")?.map(({ example }) => example.text)).toEqual(["parcel abroad"]);
  });

  it("looks for nothing near to a word that some chunk holds by any of its terms", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("a", "parcel parcels")]);
    const words = [{ word: "parcelz", terms: ["parcelz", "parcel"] }];
    const { near } = await index().search(scope, { generation: 1, terms: ["parcelz", "parcel"], candidates: 5, words });
    expect([...near]).toEqual([]);
    expect(await nearTo(scope, "parcel")).toBeUndefined();
  });

  it("leaves short words, words with digits, pairs of characters and words far from all others alone", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("a", "cat model12 送料金 parcel")]);
    for (const word of ["cta", "model13", "送料銀", "umbrella", ""]) expect(await nearTo(scope, word)).toBeUndefined();
  });

  it("never looks at the words of another chatbot or user", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("a", "letter")]);
    await index().put({ ...scope, chatbotId: `${scope.chatbotId}-2` }, [chunk("a", "parcel")]);
    await index().put({ ...scope, tenant: freshScope().tenant }, [chunk("a", "parcel")]);
    expect(await nearTo(scope, "parcle")).toBeUndefined();
    expect(await nearTo(freshScope(), "parcle")).toBeUndefined();
  });

  it("finds a near term among hundreds that other chatbots hold", async () => {
    const scope = freshScope();
    const others = Array.from(
      { length: 300 },
      (_, place) => `parce${String.fromCharCode(0x430 + (place % 30), 0x430 + place / 30)}`,
    );
    await index().put({ ...scope, chatbotId: `${scope.chatbotId}-2` }, [chunk("a", others.join(" "))]);
    await index().put(scope, [chunk("a", "parcells")]);
    expect(await nearTo(scope, "parcelled")).toEqual(["parcells"]);
  });

  it("knows only words that are visible in the generation, as soon as they are", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("old", "parcel")]);
    expect(await nearTo(scope, "parcle")).toEqual(["parcel"]);
    expect(await nearTo(scope, "stapm")).toBeUndefined();
    await index().put(scope, [chunk("new", "stamp", { from: 2 })]);
    await index().retire(scope, "d", 2, ["new"]);
    expect(await nearTo(scope, "stapm", 1)).toBeUndefined();
    expect(await nearTo(scope, "stapm", 2)).toEqual(["stamp"]);
    expect(await nearTo(scope, "parcle", 2)).toBeUndefined();
    await index().purge(scope);
    expect(await nearTo(scope, "parcle")).toBeUndefined();
  });

  it("gives at most eight near terms", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("a", [..."abcdefghijkl"].map((letter) => `parce${letter}`).join(" "))]);
    expect(await nearTo(scope, "parce")).toHaveLength(8);
  });
}
