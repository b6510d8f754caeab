import { expect, it } from "vitest";
import { seek } from "./sought-fact.ts";

it("seeks what a question is about by the first 500 of its words, each of which is compared with all words of all passages", () => {
  const passage = { text: "The red kite costs 30 euros.", title: "", language: "en", sourceType: "text" };
  const about = (words: number) => Array.from({ length: words }, (_, i) => `kite${i}`).join(" ");
  const termsOf = (words: number) => seek({ kind: "price", about: about(words) }, [passage], "en").terms;
  expect(termsOf(499)).toHaveLength(499);
  expect(termsOf(5_000)).toEqual(termsOf(500));
});
