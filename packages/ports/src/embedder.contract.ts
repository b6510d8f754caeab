import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Embedder, Reading } from "./embedder.ts";

const interactive = { priority: "interactive" } as const;
const background = { priority: "background" } as const;

/** The promises of `Embedder`, run against each adapter. `open` is called more than once; each call gives a fresh one. */
export function describeEmbedder(name: string, open: () => Promise<Embedder>): void {
  describe(`Embedder: ${name}`, () => {
    let embedder: Embedder;
    beforeAll(async () => {
      embedder = await open();
    });
    afterAll(() => embedder.close());

    describe("vectors", () => {
      vectorCases(() => embedder);
    });
    describe("documents", () => {
      documentCases(() => embedder);
    });
    describe("texts of every kind", () => {
      textCases(() => embedder);
    });
    describe("words", () => {
      wordCases(() => embedder);
    });
    describe("many at once", () => {
      loadCases(() => embedder);
    });
    describe("life", () => {
      lifeCases(open);
    });
  });
}

function vectorCases(embedder: () => Embedder): void {
  it("gives vectors of the stated dimension and of length one", async () => {
    const vectors = await embedder().embed(["Parcels arrive in two days.", "We close at six."], interactive);
    for (const vector of vectors) {
      expect(vector).toBeInstanceOf(Float32Array);
      expect(vector).toHaveLength(embedder().dimension);
      expect(norm(vector)).toBeCloseTo(1, 3);
    }
  });

  it("names its model", () => {
    expect(embedder().model).not.toBe("");
  });

  it("answers in the order of the texts", async () => {
    const texts = ["tea", "a much longer sentence about the opening hours of the shop in the old town", "rain", "bread and butter"];
    const together = await embedder().embed(texts, background);
    const reversed = await embedder().embed([...texts].reverse(), background);
    together.forEach((vector, index) => expect(distance(vector, reversed[texts.length - 1 - index])).toBeLessThan(1e-3));
    expect(distance(together[0] ?? new Float32Array(), together[2])).toBeGreaterThan(1e-3);
  });

  it("gives a text the same vector alone, in a batch, again, and at either priority", async () => {
    const text = "How long is the warranty?";
    const [alone] = await embedder().embed([text], background);
    const batch = await embedder().embed(["Short.", text, "A longer neighbour. ".repeat(60)], interactive);
    const [again] = await embedder().embed([text], interactive);
    expect(alone).toBeDefined();
    expect(distance(alone ?? new Float32Array(), batch[1])).toBeLessThan(1e-3);
    expect(distance(alone ?? new Float32Array(), again)).toBeLessThan(1e-3);
  });

  it("keeps a vector that a caller changed from reaching another caller", async () => {
    const [first] = await embedder().embed(["The key lies under the mat."], interactive);
    first?.fill(7);
    const [second] = await embedder().embed(["The key lies under the mat."], interactive);
    expect(norm(second ?? new Float32Array())).toBeCloseTo(1, 3);
  });
}

function documentCases(embedder: () => Embedder): void {
  const text = "Parcels arrive in two days.";
  const vectorOf = async (of: string, reading: Reading): Promise<Float32Array> =>
    (await embedder().embed([of], { ...interactive, reading }))[0] ?? new Float32Array();

  it.each<Reading>(["english", "any", "english document", "document"])("read as %s have vectors of length one", async (reading) => {
    expect(norm(await vectorOf(text, reading))).toBeCloseTo(1, 3);
    expect(norm(await vectorOf(" \n", reading))).toBe(0);
  });

  it.each<[Reading, Reading]>([
    ["english", "english document"],
    ["any", "english document"],
    ["any", "document"],
  ])(
    "are as near to a question that is read as %s when they are read as %s as when they are read alike",
    async (question, document) => {
      const asked = await vectorOf("When will my parcel come?", question);
      const alike = dot(asked, await vectorOf(text, question));
      expect(dot(asked, await vectorOf(text, document)) * embedder().documentScale).toBeCloseTo(alike, 3);
    },
  );
}

function textCases(embedder: () => Embedder): void {
  it("gives a blank text the zero vector, also among others", async () => {
    const vectors = await embedder().embed(["", "words", " \n\t "], background);
    expect(vectors.map((vector) => Math.round(norm(vector)))).toEqual([0, 1, 0]);
    expect(vectors.every((vector) => vector.length === embedder().dimension)).toBe(true);
  });

  it("answers no texts with no vectors", async () => {
    expect(await embedder().embed([], interactive)).toEqual([]);
  });

  it("cuts a text that is longer than the model's window", async () => {
    const [long] = await embedder().embed(["All goods are insured on their way. ".repeat(4000)], background);
    expect(norm(long ?? new Float32Array())).toBeCloseTo(1, 3);
  });

  it("takes any script, emoji, control characters and broken surrogates", async () => {
    const texts = [
      "Øl på café",
      "東京の天気",
      "مرحبا بالعالم",
      "👩‍👩‍👧‍👦 🎉",
      "a\u0000b\u0007c",
      "half \ud83d of a pair",
      "\u202eright to left",
    ];
    const vectors = await embedder().embed(texts, background);
    vectors.forEach((vector) => expect(norm(vector)).toBeCloseTo(1, 3));
    expect(vectors).toHaveLength(texts.length);
  });
}

function wordCases(embedder: () => Embedder): void {
  it("knows common words and no misspelt ones, if it tells", async () => {
    const common = new Set(["delivery", "shipping"]);
    const known = await embedder().knownWords?.([...common, "delievry", "shippimg", "", "##ing"]);
    expect(known ?? common).toEqual(common);
    expect((await embedder().knownWords?.([]))?.size ?? 0).toBe(0);
  });
}

function loadCases(embedder: () => Embedder): void {
  it("embeds a thousand texts in one call", async () => {
    const texts = Array.from({ length: 1000 }, (_, index) => `Item ${index}`);
    const vectors = await embedder().embed(texts, background);
    expect(vectors.filter((vector) => vector.length === embedder().dimension)).toHaveLength(1000);
    const [last] = await embedder().embed(["Item 999"], background);
    expect(distance(last ?? new Float32Array(), vectors[999])).toBeLessThan(1e-3);
  }, 120_000);

  it("answers an interactive text before a long background call that came first", async () => {
    const ended: string[] = [];
    const training = embedder()
      .embed(
        Array.from({ length: 200 }, (_, index) => `Paragraph ${index} of the manual.`),
        background,
      )
      .finally(() => ended.push("background"));
    const question = embedder()
      .embed(["Where is the manual?"], interactive)
      .finally(() => ended.push("interactive"));
    await Promise.all([training, question]);
    expect(ended).toEqual(["interactive", "background"]);
  }, 60_000);

  it("stops at an abort, before and during a call, and serves on", async () => {
    await expect(embedder().embed(["late"], { ...interactive, signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    const controller = new AbortController();
    const texts = Array.from({ length: 5000 }, (_, index) => `Line ${index} that nobody waits for any more.`);
    const call = embedder().embed(texts, { ...background, signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toThrow(/abort/i);
    expect(await embedder().embed(["still here"], interactive)).toHaveLength(1);
  });
}

function lifeCases(open: () => Promise<Embedder>): void {
  it("closes twice, ends what was under way, and refuses what comes after", async () => {
    const embedder = await open();
    const texts = Array.from({ length: 2000 }, (_, index) => `Unfinished text ${index}.`);
    const call = embedder.embed(texts, background);
    const outcome = call.catch((error: unknown) => error);
    await Promise.all([embedder.close(), embedder.close()]);
    expect(await outcome).toMatchObject({ name: "ModelUnavailableError" });
    await embedder.close();
    await expect(embedder.embed(["too late"], interactive)).rejects.toMatchObject({ name: "ModelUnavailableError" });
  }, 30_000);
}

function norm(vector: Float32Array): number {
  return Math.hypot(...vector);
}

function dot(left: Float32Array, right: Float32Array): number {
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
}

function distance(left: Float32Array, right: Float32Array | undefined): number {
  return Math.max(...left.map((value, index) => Math.abs(value - (right?.[index] ?? Number.POSITIVE_INFINITY))));
}
