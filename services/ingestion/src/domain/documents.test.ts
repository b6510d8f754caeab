import { describe, expect, it } from "vitest";
import { parseDocument } from "./documents.ts";
import type { SourceEntry } from "./source.ts";

const entry: SourceEntry = { id: "d", type: "text", name: "text", characters: 0, revision: "r", content: null };
const languageOf = (text: string) => {
  const { language, english } = parseDocument(entry, text);
  return { language, english };
};

describe("parseDocument", () => {
  it("takes English for English with sentences and without", () => {
    const english = { language: "en", english: true };
    expect(languageOf("Parcels within the country arrive in two days, and the cost of it is four euros.")).toEqual(english);
    expect(languageOf("- Frying pan: 22 EUR\n- Pan: 31 EUR\n- Kettle: 41 EUR")).toEqual(english);
    expect(languageOf("Monday 9-18\nTuesday 9-18\nSaturday 10-14\nSunday closed")).toEqual(english);
  });

  it("takes no other language for English", () => {
    expect(languageOf("Montag 9-18\nDienstag geschlossen")).toEqual({ language: "de", english: false });
    expect(languageOf("Lista de precios: sartén 22 EUR, olla 31 EUR")).toEqual({ language: "es", english: false });
    expect(languageOf("Доставка по стране занимает два дня.")).toEqual({ language: "ru", english: false });
  });

  it("finds the lines of a text, however its program breaks them", async () => {
    for (const lineBreak of ["\n", "\r", "\r\n", "\u2028", "\v"]) {
      const text = ["# Prices", "", "Soup costs six euros.", "", "# Hours", "", "Open from nine."].join(lineBreak);
      const chunks = await Array.fromAsync(parseDocument(entry, text).chunks);
      expect(chunks.map((chunk) => chunk.text.replaceAll("\r\n", "\n"))).toEqual([
        "# Prices\n\nSoup costs six euros.",
        "# Hours\n\nOpen from nine.",
      ]);
      expect(chunks.map(({ start }) => start)).toEqual([0, text.indexOf("# Hours")]);
    }
  });

  it("lets others have their turn while it passes over what is repeated", async () => {
    const { chunks } = parseDocument(entry, "The quick brown fox jumps over the lazy dog. ".repeat(60_000));
    let turns = 0;
    let next = setImmediate(function count() {
      turns += 1;
      next = setImmediate(count);
    });
    const ids = await Array.fromAsync(chunks, ({ chunkId }) => chunkId);
    clearImmediate(next);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeLessThan(20);
    expect(turns).toBeGreaterThan(3);
  });
});
