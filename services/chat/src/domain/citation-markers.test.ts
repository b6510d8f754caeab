import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CitationMarkers } from "./citation-markers.ts";

function stream(pieces: readonly string[], passages: number): { text: string; cited: number[] } {
  const markers = new CitationMarkers(passages);
  const text = pieces.map((piece) => markers.push(piece)).join("") + markers.end();
  return { text, cited: [...markers.cited] };
}

describe("CitationMarkers", () => {
  it("takes markers out of the text and remembers what they name", () => {
    expect(stream(["We open at eight [1]. Parcels take two days [2, 3]."], 3)).toEqual({
      text: "We open at eight. Parcels take two days.",
      cited: [1, 2, 3],
    });
  });

  it("rejects a citation to a passage that was not retrieved", () => {
    expect(stream(["True [1], invented [7]."], 2)).toEqual({ text: "True, invented.", cited: [1] });
  });

  it("leaves brackets alone that are no markers", () => {
    expect(stream(["An array [a, b] and [see below] stay."], 2).text).toBe("An array [a, b] and [see below] stay.");
  });

  it("leaves code alone", () => {
    const text = "The first is `list[1]`, the zeroth list[0]:\n```\nconst first = list[1];\n```\n";
    expect(stream([`${text}So it is [2].`], 2)).toEqual({ text: `${text}So it is.`, cited: [2] });
  });

  it("gives the same text and citations however the stream cuts the answer", () => {
    const answer = "Eight [1]. Two days [2]; costs 3.90 [1, 2] or [x] or `a[1]` [2]. End [";
    fc.assert(
      fc.property(fc.array(fc.nat(answer.length), { maxLength: 12 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), answer.length];
        const pieces = at.slice(1).map((end, i) => answer.slice(at[i], end));
        expect(stream(pieces, 2)).toEqual(stream([answer], 2));
      }),
    );
  });
});
