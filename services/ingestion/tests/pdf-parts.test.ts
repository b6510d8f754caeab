import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readDocument } from "../src/parsing/read-document.ts";
import { inLayer, makePdf, pdfOf } from "./documents.ts";

const options = { extractMainContent: true, includeOnlyTags: "", excludeTags: "" };
const read = (bytes: Buffer) => readDocument({ bytes, contentType: "application/pdf", url: "", options });

describe("a PDF with a damaged page", () => {
  const pages = ["Soup costs six euros.", "Bread is free.", "Tea costs two euros."];
  const whole = makePdf(pages.map((line) => [line])).toString("latin1");
  const kids = /\/Kids\[(.*?)\]/.exec(whole)?.[1]?.match(/\d+ 0 R/g) ?? [];
  const without = (kid: string | undefined) => Buffer.from(whole.replace(kid ?? "?", "null".padEnd(kid?.length ?? 0)), "latin1");

  it("gives the others, and says how many are left out", async () => {
    const last = `${kids[2]?.replace(" R", " obj")}<</Type/Page/`;
    const bytes = Buffer.from(without(kids[2]).toString("latin1").replace(last, last.replace("Page", "Gone")), "latin1");
    expect(await read(bytes)).toEqual({ title: "", text: "Soup costs six euros.\n\nBread is free.", damagedPages: 1 });
  });

  it("gives all pages when nothing but its entry among them is damaged", async () => {
    for (const kid of kids) expect(await read(without(kid))).toEqual({ title: "", text: pages.join("\n\n") });
    expect(await read(Buffer.from(whole.replace("/Count 3", "/Count -1"), "latin1"))).toMatchObject({ text: pages.join("\n\n") });
  });

  it("is called damaged when no page is left", async () => {
    const bytes = Buffer.from(without(kids[0]).toString("latin1").replaceAll("/Type/Page/", "/Type/Gone/"), "latin1");
    await expect(read(bytes)).rejects.toThrow("The PDF is damaged and cannot be read");
  });
});

describe("a PDF that does not say what its letters are", () => {
  const glyphs = { 65: "\u0001", 66: "\u0002", 67: "\u0003" };

  it("is not learned, for nobody could read it", async () => {
    const bytes = makePdf([["ABACABCB ADCC BAD"]], undefined, { glyphs });
    await expect(read(bytes)).rejects.toThrow("The PDF does not say what the letters of its text are; save it anew, or as .docx");
  });

  it("is, where they are a few signs among others", async () => {
    expect(await read(makePdf([["ASoup costs six euros.B"]], undefined, { glyphs }))).toMatchObject({
      text: "Soup costs six euros.",
    });
  });
});

describe("a PDF whose end is lost", () => {
  const lines = ["Soup costs six euros.", "Bread is free.", "Tea costs two euros."];
  const whole = makePdf(lines.map((line) => [line])).toString("latin1");
  const all = lines.join("\n\n");
  const cut = (at: string, more = "") => Buffer.from(whole.slice(0, whole.indexOf(at)) + more, "latin1");
  const packed = (() => {
    const [catalog = "", pages = ""] = [...whole.matchAll(/obj(<<\/Type\/(?:Catalog|Pages).*?>>)endobj/gs)].map(
      (match) => match[1] ?? "",
    );
    const data = deflateSync(Buffer.from(`1 0 2 ${catalog.length} ${catalog}${pages}`, "latin1"));
    const first = `1 0 2 ${catalog.length} `.length;
    const head = `90 0 obj<</Type/ObjStm/N 2/First ${first}/Filter/FlateDecode/Length ${data.length}>>stream\n`;
    const rest = whole.slice(0, whole.indexOf("xref")).replaceAll(/\d+ 0 obj<<\/Type\/(?:Catalog|Pages)\b.*?endobj/gs, "");
    return Buffer.from(`${rest}${head}${data.toString("latin1")}\nendstream endobj`, "latin1");
  })();

  it.each([
    ["with the table of places", cut("xref"), all],
    ["in the middle of its table of places", cut("00000 n"), all],
    ["in the middle of its trailer", cut("/Root"), all],
    ["with its last page", cut("Tea costs"), lines.slice(0, 2).join("\n\n")],
    ["and whose catalog is packed with others", packed, all],
    ["and whose catalog is, too", Buffer.from(whole.slice(0, -60).replace("/Type/Catalog", "/Type/Cat"), "latin1"), all],
    ["and whose count of pages is wrong", Buffer.from(whole.replace("/Count 3", "/Count 0"), "latin1"), all],
  ])("gives the pages that are left, %s", async (_, bytes, text) => {
    const isWhole = text === all;
    expect(await read(bytes)).toEqual({ title: "", text, ...(!isWhole && { damagedPages: 1 }) });
  });

  it("is called damaged when no page is left, or when it is encrypted", async () => {
    for (const bytes of [Buffer.from("%PDF-1.4\n1 0 obj"), cut("xref", "/Encrypt 9 0 R")])
      await expect(read(bytes)).rejects.toThrow("The PDF is damaged and cannot be read");
  });

  it("is found behind any number of messages that a program has written before it", async () => {
    for (const times of [60, 1_000]) {
      const bytes = Buffer.from(`${"Notice: this is no page.\n".repeat(times)}${whole}`, "latin1");
      for (const contentType of ["application/pdf", "application/octet-stream"])
        expect(await readDocument({ bytes, contentType, url: "", options })).toMatchObject({ text: all });
    }
  });

  it("is found without its first line", async () => {
    const bytes = Buffer.from(whole.slice(whole.indexOf("\n") + 1), "latin1");
    for (const contentType of ["application/pdf", "application/octet-stream", ""])
      expect(await readDocument({ bytes, contentType, url: "", options })).toMatchObject({ text: all });
    const text = Buffer.from("A PDF begins with %PDF-1.4, and objects with 1 0 obj.".padStart(2_000));
    expect(await readDocument({ bytes: text, contentType: "text/plain", url: "", options })).toMatchObject({ title: "" });
  });
});

describe("a PDF with layers", () => {
  const hidden = (line: string) => `${line}${inLayer}0`;
  const shown = (line: string) => `${line}${inLayer}1`;
  const layers = [false, true];

  it("is read as it is shown, on every page", async () => {
    const page = [shown("Soup"), hidden("Suppe"), "", shown("Six euros."), hidden("Sechs Euro."), "Ask the waiter."];
    const { text } = await read(makePdf([page, [hidden("Old."), "New."], ["Same."]], undefined, { layers }));
    expect(text).toBe("Soup\n\nSix euros.\n\nAsk the waiter.\n\nNew.\n\nSame.");
  });

  it("keeps what is said alike in a layer that is shown and in one that is not", async () => {
    const page = [hidden("Closed on Monday."), "Closed on Monday.", hidden("Closed on Monday."), shown("Open on Sunday.")];
    expect((await read(makePdf([page], undefined, { layers }))).text).toBe("Closed on Monday.\n\nOpen on Sunday.");
  });

  it("says that there is no text when all of it is switched off", async () => {
    await expect(read(makePdf([[hidden("Suppe")]], undefined, { layers }))).rejects.toThrow("There is no text in the PDF");
  });

  it("is read to the right and to the left", async () => {
    const glyphs = { 97: "\u0645", 98: "\u0631", 99: "\u062d", 100: "\u0628\u0627" };
    const { text } = await read(makePdf([[hidden("dcba"), "abcd", hidden("abc"), "cba"]], undefined, { glyphs, layers }));
    expect(text).toBe("\u0628\u0627\u062d\u0631\u0645\n\n\u0645\u0631\u062d");
  });
});

describe("a PDF whose hyphens are called soft", () => {
  const glyphs = { 126: "\u00ad" };
  const lines = [
    "Die Verwaltung gibt grund~",
    "legende Angaben zu Bus und Bahn heraus. Hin~ und",
    "wieder fehlt ein Wort der Fahr~",
    "planauskunft.",
  ];

  it("has its divided words whole, and the hyphens that are seen", async () => {
    const { text } = await read(makePdf([lines], undefined, { glyphs }));
    expect(text).toBe(
      "Die Verwaltung gibt grundlegende Angaben zu Bus und Bahn heraus. Hin- und wieder fehlt ein Wort der Fahrplanauskunft.",
    );
  });

  it("is read so to its end once it is known", async () => {
    const plain = ["The boat lies at", "the pier of the", "harbour."];
    const { text } = await read(makePdf([plain, lines, plain, plain, lines], undefined, { glyphs }));
    expect(text.match(/Fahrplanauskunft/g)).toHaveLength(2);
  });
});

describe("a PDF that says what its glyphs stand for", () => {
  const spoken = (content: string) => {
    const stream = `BT /F1 12 Tf 72 700 Td ${content} ET`;
    return pdfOf([
      "<</Type/Catalog/Pages 2 0 R>>",
      "<</Type/Pages/Count 1/Kids[3 0 R]>>",
      "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 5 0 R/Resources<</Font<</F1 4 0 R>>/Properties<</P1<</ActualText(named)>>>>>>>>",
      "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
      `<</Length ${stream.length}>>stream\n${stream}\nendstream`,
    ]);
  };
  const said = (text: string) => `/Span<</ActualText<FEFF${Buffer.from(text, "utf16le").swap16().toString("hex")}>>>BDC`;

  it.each([
    ["within words", `(o) Tj ${said("ffi")} (xy) Tj EMC (ce) Tj`, "office"],
    ["whatever its glyphs are called, once", `${said("คู่")} (x) Tj -3 0 Td (y) Tj 3 0 Td (z) Tj EMC ( 7) Tj`, "คู่ 7"],
    ["to the left", `(1 ) Tj ${said("جة")} (x) Tj EMC ${said("نتي")} (yz) Tj EMC`, "نتيجة 1"],
    [
      "by letters whose dots are drawn first",
      `${said("ا")} (x) Tj EMC ${said("م")} 9 -4 Td (x) Tj -3 4 Td (y) Tj EMC ( ) Tj ${said("ل")} 11 0 Td (z) Tj EMC`,
      "ل ما",
    ],
    ["around other contents", `${said("real")} /Span BMC (mock) Tj EMC EMC ( end) Tj`, "real end"],
    ["among the page's resources", `/Span /P1 BDC (mock) Tj EMC ( end) Tj`, "named end"],
    ["as nothing, which is not believed", `/Span<</ActualText()>>BDC (seen) Tj EMC ( end) Tj`, "seen end"],
  ])("is read as it says %s", async (_, content, text) => {
    expect((await read(spoken(content))).text).toBe(text);
  });
});
