import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createUnigram } from "./unigram.ts";

const pieces = ["<unk>", "\u2581", "a", "b", "ab", "ba", "\u2581a", "aba", "\u2581b"];
const scores = [0, -3, -2.5, -2.25, -3.5, -4.25, -2.75, -5.5, -4];
const cut = createUnigram(pieces.map((piece, id) => `${piece}\t${scores[id]}\n`).join(""));

/** Every way to cut a text, by trying all. */
function waysOf(text: string): number[][] {
  if (text === "") return [[]];
  return pieces.flatMap((piece, id) =>
    text.startsWith(piece) ? waysOf(text.slice(piece.length)).map((rest) => [id, ...rest]) : [],
  );
}

const scoreOf = (ids: readonly number[]): number => ids.reduce((sum, id) => sum + (scores[id] ?? 0), 0);

describe("createUnigram", () => {
  it("finds the most probable of all ways to cut a text", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "b", " "), minLength: 1, maxLength: 9 }), (text) => {
        const words = text.trim().replaceAll(/ +/g, " ");
        if (words === "") return;
        const all = waysOf(`\u2581${words.replaceAll(" ", "\u2581")}`);
        expect(scoreOf(cut(text))).toBeCloseTo(Math.max(...all.map(scoreOf)), 6);
      }),
    );
  });

  it("takes a character that no piece holds, of whatever width, for one unknown piece", () => {
    expect(cut("x")).toEqual([1, 0]);
    expect(cut("a\u{1f600}b")).toEqual([6, 0, 3]);
  });

  it("reads letters of other widths and any white space alike", () => {
    expect(cut("\t\uff41\n\u3000\uff42 ")).toEqual(cut("a b"));
    expect(cut(" \n")).toEqual([0]);
  });
});
