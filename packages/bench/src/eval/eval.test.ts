import { describe, expect, it } from "vitest";
import { countWords, holdsAnswer, normalise, rankOf } from "./measures.ts";
import { seededRandom, withTypos } from "./typos.ts";

describe("rankOf", () => {
  const paragraphs = [
    "Parcels arrive within two days. They cost four euros.",
    "We are open from nine to six.",
    "Dogs wait in the yard.",
  ];
  const others = paragraphs.map(normalise);

  it("counts paragraphs, not the chunks they were cut into", () => {
    const snippets = ["We are open", "from nine to six.", "They cost four euros."];
    expect(rankOf(snippets, paragraphs[0] ?? "", others)).toBe(2);
  });

  it("finds a paragraph inside a chunk that begins with a heading", () => {
    expect(rankOf(["# Delivery\n\nParcels arrive within  two days. They cost four euros."], paragraphs[0] ?? "", others)).toBe(1);
  });

  it("says so when the paragraph was not found", () => {
    expect(rankOf(["Dogs wait in the yard."], paragraphs[0] ?? "", others)).toBeUndefined();
  });
});

describe("holdsAnswer", () => {
  it("does not mind case, white space and forms of a character", () => {
    expect(holdsAnswer("It costs FOUR\neuros.", ["three", "four euros"])).toBe(true);
    expect(holdsAnswer("It costs four.", ["four euros"])).toBe(false);
  });
});

describe("countWords", () => {
  it("counts words of languages without spaces", () => {
    expect(countWords("我们九点开门。", "zh")).toBeGreaterThan(2);
    expect(countWords("We open at nine.", "en")).toBe(4);
  });
});

describe("withTypos", () => {
  it("makes the same mistakes for the same seed, in as many words as asked for", () => {
    const question = "When does the harbour shop open on Sundays?";
    const typed = withTypos(question, 2, seededRandom(7));
    expect(typed).toBe(withTypos(question, 2, seededRandom(7)));
    const words = question.split(" ");
    const changed = typed.split(" ").filter((word, i) => word !== words[i]);
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.length).toBeLessThanOrEqual(2);
  });

  it("leaves short words alone", () => {
    expect(withTypos("How is it?", 2, seededRandom(1))).toBe("How is it?");
  });
});
