import { describeEmbedder } from "@parlance/ports/contracts";
import { afterAll, describe, expect, it } from "vitest";
import { dot } from "./engine.ts";
import { openLocalEmbedder } from "./local-embedder.ts";
import { referenceText, referenceVector } from "./reference-vector.ts";

const interactive = { priority: "interactive" } as const;

describeEmbedder("local, the engine that this machine takes", async () => openLocalEmbedder());

describeEmbedder("local, English alone", async () => openLocalEmbedder({ languages: "english" }));

describe("closing", () => {
  it.each([0, 20, 100, 300])(
    "%d ms after the start leaves the process alive and every call answered or refused",
    async (moment) => {
      const embedder = openLocalEmbedder({ backgroundWorkers: 1 });
      const call = embedder.embed(["What does a repair cost?"], { priority: "background" }).then(
        () => "answered",
        (error: unknown) => (error instanceof Error ? error.message : "not an error"),
      );
      await new Promise((resolve) => setTimeout(resolve, moment));
      await embedder.close();
      expect(["answered", "The embedder was closed."]).toContain(await call);
    },
  );
});

describe("questions in other languages than English", () => {
  const embedder = openLocalEmbedder({ backgroundWorkers: 1 });
  afterAll(() => embedder.close());
  const nearer = async (question: string, [near, far]: readonly [string, string]) => {
    const [asked, one, other] = await embedder.embed([question, near, far], { ...interactive, reading: "any" });
    return dot(asked ?? [], one ?? []) - dot(asked ?? [], other ?? []);
  };

  it.each([
    ["Wann habt ihr offen?", "Unsere Öffnungszeiten sind von neun bis sechs.", "Der Motor braucht Diesel."],
    ["¿Cuánto cuesta un perro?", "Los animales pagan doce euros por noche.", "El puerto se ve desde la terraza."],
    ["Как отменить заказ?", "Отказаться от покупки можно в течение двух недель.", "Зал открыт по субботам."],
    ["どうやって退会できますか", "会員資格はいつでも解約できます。", "駐車場は建物の裏にあります。"],
    ["كيف ألغي اشتراكي؟", "يمكن إنهاء العضوية في أي وقت.", "موقف السيارات خلف المبنى."],
  ])("%s lies nearer to what answers it in its own language", async (question, ...texts) => {
    expect(await nearer(question, texts)).toBeGreaterThan(0.02);
  });

  it.each(["Wann habt ihr offen?", "¿A qué hora abrís?", "Во сколько вы открываетесь?", "你们几点开门?", "متى تفتحون؟"])(
    "%s lies nearer to what answers it in English",
    async (question) => {
      expect(await nearer(question, ["Our opening hours are nine to six.", "The engine burns diesel."])).toBeGreaterThan(0.02);
    },
  );
});

describe("where onnxruntime is missing", () => {
  const portable = openLocalEmbedder({ native: "never", backgroundWorkers: 1 });
  afterAll(() => portable.close());

  it("texts in other languages than English are near to nothing, and English ones are found as ever", async () => {
    const [asked, english] = await Promise.all([
      portable.embed(["When do you open?"], { ...interactive, reading: "any" }),
      portable.embed(["When do you open?"], interactive),
    ]);
    const [document] = await portable.embed(["We open at nine."], { ...interactive, reading: "english document" });
    expect(Math.hypot(...(asked[0] ?? []))).toBe(0);
    expect(Math.hypot(...(document ?? []))).toBeCloseTo(1, 3);
    expect(dot(english[0] ?? [], document ?? []) * portable.documentScale).toBeGreaterThan(0.5);
  });

  it("a document's vector is the one that the predecessor's is converted to", async () => {
    const { predecessor } = portable;
    const english = openLocalEmbedder({ languages: "english", native: "never", backgroundWorkers: 1 });
    const [[former = new Float32Array()], [document]] = await Promise.all([
      english.embed(["We open at nine."], interactive),
      portable.embed(["We open at nine."], { ...interactive, reading: "english document" }),
    ]);
    await english.close();
    expect(predecessor).toMatchObject({ model: english.model, dimension: english.dimension });
    const converted = new Float32Array(portable.dimension);
    converted.set(former.map((component) => component * (predecessor?.scale ?? 0)));
    converted[portable.dimension - 1] = predecessor?.rest ?? 0;
    expect(document).toEqual(converted);
  });
});

describe("the two engines", () => {
  const portable = openLocalEmbedder({ native: "never", backgroundWorkers: 1 });
  const automatic = openLocalEmbedder({ backgroundWorkers: 1 });
  afterAll(() => Promise.all([portable.close(), automatic.close()]));

  it("a setting forbids the native engine, and the choice is told with its reason", async () => {
    expect(await portable.describe()).toMatchObject({ engine: "wasm", reason: expect.stringContaining("forbids") });
  });

  it("the native engine serves wherever onnxruntime loads", async () => {
    const loads = await import("onnxruntime-node").then(
      () => true,
      () => false,
    );
    expect((await automatic.describe()).engine).toBe(loads ? "native" : "wasm");
  });

  it("the portable engine gives the reference vector that the native one is checked against", async () => {
    const [vector] = await portable.embed([referenceText], interactive);
    expect(dot(vector ?? [], referenceVector())).toBeGreaterThan(0.99999);
  });

  it("both give the same vectors: scripts, accents, long words, and texts over 256 word pieces", async () => {
    const texts = [
      "How much does a repair cost?",
      "Crème brûlée, naïve façade — 12,5 % off! (until 3/4) don't",
      "東京の天気は晴れです。 Привет, мир! مرحبا",
      `${"a".repeat(150)} unbelievably-long_word.with@signs https://example.com/path?x=1&y=2`,
      "The quick brown fox jumps over the lazy dog, again and again. ".repeat(60),
      "[CLS] marks that a visitor typed [SEP] [MASK]",
      "👩‍👩‍👧 family \u00ad soft hyphen \u200b zero width",
    ];
    const [left, right] = await Promise.all([portable.embed(texts, interactive), automatic.embed(texts, interactive)]);
    const cosines = texts.map((_, index) => dot(left[index] ?? [], right[index] ?? []));
    cosines.forEach((cosine) => expect(cosine).toBeGreaterThan(0.9999));
  }, 30_000);

  it("near meanings lie nearer than far ones", async () => {
    const [question, near, far] = await automatic.embed(
      ["When can I visit you?", "Our opening hours are nine to six.", "The engine burns diesel."],
      interactive,
    );
    expect(dot(question ?? [], near ?? [])).toBeGreaterThan(dot(question ?? [], far ?? []) + 0.1);
  });
});
