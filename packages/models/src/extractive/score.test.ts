import { expect, it, vi } from "vitest";
import { candidatesOf } from "./candidates.ts";
import { scoreCandidates } from "./score.ts";

const passage = {
  chunkId: "c",
  title: "",
  sourceName: "",
  sourceType: "text",
  language: "de",
  cosine: 0.5,
  text: "Drachen kosten 30 Euro.",
};
const embedder = {
  embed: () => Promise.resolve([]),
  multilingual: false,
  model: "none",
  dimension: 1,
  close: () => Promise.resolve(),
};

it("compares a pasted text with the candidates by its first words alone", async () => {
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
