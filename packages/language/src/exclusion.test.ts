import { expect, it, vi } from "vitest";
import { contradicting } from "./exclusion.ts";

it("looks through a question once, not once for each of its words, which may be a page of them", () => {
  const question = (words: number) =>
    `What does it cost without a contract? ${Array.from({ length: words }, (_, i) => `word${i}`).join(" ")}`;
  const few = filtersOf(() => contradicting(question(10), "en"));
  expect(filtersOf(() => contradicting(question(1_000), "en"))).toBe(few);
});

it("reads a question once for all texts that it is held against", () => {
  const question = "What does it cost without a contract?";
  const normalize = vi.spyOn(String.prototype, "normalize");
  const opposes = contradicting(question, "en");
  expect(["With a contract it is 29 euros.", "It is 39 euros.", "With a contract."].map(opposes)).toEqual([true, false, true]);
  expect(normalize.mock.contexts.filter((text) => String(text) === question)).toHaveLength(1);
  normalize.mockRestore();
});

function filtersOf(run: () => void): number {
  const filter = vi.spyOn(Array.prototype, "filter");
  run();
  const calls = filter.mock.calls.length;
  filter.mockRestore();
  return calls;
}
