import { expect, it } from "vitest";
import { choose } from "./compose.ts";
import type { Scored } from "./score.ts";

function sentence(text: string, fields: Pick<Scored, "score" | "rank" | "byWords">): Scored {
  const passage = { chunkId: `c${fields.rank}`, title: "", sourceName: "", sourceType: "text", language: "", cosine: 0.5, text };
  const place = { start: 0, end: text.length, text, length: 8, cutBefore: false, cutAfter: false };
  return {
    ...place,
    ...fields,
    passage,
    context: "",
    anchor: undefined,
    isLine: false,
    steps: undefined,
    isWhole: false,
    leansOn: undefined,
  };
}

function shown(byWords: boolean): string[] {
  const scored = [
    sentence("best", { score: 1, rank: 0, byWords }),
    sentence("near, elsewhere", { score: 0.8, rank: 1, byWords }),
    sentence("far, in the same passage", { score: 0.45, rank: 0, byWords }),
  ];
  return choose(scored).map(({ text }) => text);
}

it("shows what comes near to the best sentence", () => {
  expect(shown(false)).toEqual(["best", "near, elsewhere"]);
});

it("shows more of its passage and less of others where words decide alone, which know less well what says the same", () => {
  expect(shown(true)).toEqual(["best", "far, in the same passage"]);
});
