import { expect, it, vi } from "vitest";
import { candidatesOf } from "./candidates.ts";
import { withoutNeighbours, withoutOpposites } from "./named.ts";
import { scoreCandidates } from "./score.ts";

const embedder = {
  embed: () => Promise.resolve([]),
  multilingual: false,
  roughly: [],
  documentScale: 1,
  model: "none",
  dimension: 1,
  close: () => Promise.resolve(),
};
const half = 20_000;
const fill = (unit: string, length = half) => unit.repeat(length / unit.length);

/** Characters that are looked at for each of a passage's, whatever it says; products and Q&As are one passage, however long. */
const mostReadings = 150;

it.each([
  ["lines under a long name", "product", `name: ${fill("so ")}\n${fill("b: c\n")}`],
  ["lines under a long heading", "q&a", `# ${fill("so ")}\n${fill("- b\n")}`],
  ["a list under a long line", "q&a", `${fill("so ")}:\n${fill("- b\n")}`],
  ["a table of many columns and rows", "q&a", `|${fill(" so |")}\n|${fill("---|")}\n${fill("| b |\n")}`],
  ["a long list", "q&a", `Sold are:\n${fill("- b\n")}`],
  ["lines that were broken", "q&a", fill("so and so and so and so and so on\n")],
  ["a sentence without end", "q&a", fill("so and so, ")],
])("reads each character of %s a few times only", async (_, sourceType, text) => {
  const passage = { chunkId: "c", title: "", sourceName: "", sourceType, language: "en", cosine: 0.5, text };
  const question = "How much is so without a contract?";
  const normalize = vi.spyOn(String.prototype, "normalize");
  const candidates = withoutNeighbours(withoutOpposites(candidatesOf(passage, 0), question), question);
  await scoreCandidates(candidates, question, { embedder, signal: new AbortController().signal });
  const read = normalize.mock.contexts.reduce<number>((sum, part) => sum + String(part).length, 0);
  normalize.mockRestore();
  expect(read / text.length).toBeLessThan(mostReadings);
});

it("compares the names of products, not each of their lines with each", () => {
  const candidates = ["red kite", "blue box tail"].flatMap((name, rank) => {
    const text = `name: ${name}\n${fill("b: c\n", 5_000)}`;
    const passage = { chunkId: `c${rank}`, title: "", sourceName: "", sourceType: "product", language: "en", cosine: 0.5, text };
    return candidatesOf(passage, rank);
  });
  const every = vi.spyOn(Array.prototype, "every");
  const kept = withoutNeighbours(candidates, "How much are a red kite and a blue box tail?");
  const compared = every.mock.calls.length;
  every.mockRestore();
  expect(kept).toEqual(candidates);
  expect(compared).toBeLessThanOrEqual(candidates.length);
});

it("compares a pasted text with the candidates by its first words alone", async () => {
  const passage = {
    chunkId: "c",
    title: "",
    sourceName: "",
    sourceType: "text",
    language: "de",
    cosine: 0.5,
    text: "Drachen kosten 30 Euro.",
  };
  const lookUps = async (words: number) => {
    const question = `Was kosten Drachen? ${Array.from({ length: words }, (_, i) => `wort${i}`).join(" ")}`;
    const has = vi.spyOn(Set.prototype, "has");
    await scoreCandidates(candidatesOf(passage, 0), question, { embedder, signal: new AbortController().signal });
    const held = has.mock.contexts.filter((set) => (set as ReadonlySet<unknown>).has("euro")).length;
    has.mockRestore();
    return held;
  };
  expect(await lookUps(4_000)).toBe(await lookUps(1_000));
});
