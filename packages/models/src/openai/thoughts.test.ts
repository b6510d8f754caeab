import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ThoughtFilter } from "./thoughts.ts";

/** What is shown of a text that comes in pieces of these lengths, again and again. */
function shown(text: string, lengths: readonly number[] = [text.length]): string {
  const filter = new ThoughtFilter();
  let all = "";
  for (let at = 0, piece = 0; at < text.length; piece++) {
    const length = lengths[piece % lengths.length] ?? 1;
    all += filter.push(text.slice(at, at + length));
    at += length;
  }
  return all + filter.end();
}

const anyLengths = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 });

describe("what a model thinks aloud", () => {
  it.each([
    ["<think>They ask for hours.</think>We open at nine.", "We open at nine."],
    ["\n<think>\nHours.\n</think>\n\nWe open at nine.", "We open at nine."],
    ["<think></think>We open at nine.", "We open at nine."],
    ["<think>a < b and </thin</think>Yes.", "Yes."],
    ["<think>without an end", ""],
  ])("%j is left out, in whatever pieces it comes", (text, answer) => {
    fc.assert(
      fc.property(anyLengths, (lengths) => {
        expect(shown(text, lengths)).toBe(answer);
      }),
    );
  });

  it.each([
    "We open at nine.",
    "<b>Nine</b>.",
    "<thin",
    "Nine <think>this is how the tag is written</think>.",
    "",
    " ",
    "\n\nNine.",
  ])("%j is an answer as it stands", (text) => {
    fc.assert(
      fc.property(anyLengths, (lengths) => {
        expect(shown(text, lengths)).toBe(text);
      }),
    );
  });

  it("holds an answer back no longer than it can be taken for a thought", () => {
    const filter = new ThoughtFilter();
    expect(["We", " open", " at nine."].map((piece) => filter.push(piece))).toEqual(["We", " open", " at nine."]);
  });
});
