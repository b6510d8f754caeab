import { describe, expect, it } from "vitest";
import { readDocument } from "../src/parsing/read-document.ts";

const options = { extractMainContent: true, includeOnlyTags: "", excludeTags: "" };
async function textOf(bytes: Buffer, contentType = "text/plain"): Promise<string> {
  return (await readDocument({ bytes, contentType, url: "", options })).text;
}

const wide = (text: string, order: "le" | "be") => {
  const bytes = Buffer.from(text, "utf16le");
  return order === "le" ? bytes : bytes.swap16();
};
const russian = "Билет стоит 300 рублей, музей открыт с 9 до 18 часов.";

describe("a text in UTF-16", () => {
  it.each(["le", "be"] as const)("is known without a mark of its order: %s", async (order) => {
    for (const text of ["The fee is 12 euros, café included.", russian]) {
      for (const type of ["text/plain", "text/plain; charset=utf-8", "application/octet-stream", ""])
        expect(await textOf(wide(text, order), type)).toBe(text);
    }
  });

  it("is known by its mark when its server knows nothing about it", async () => {
    expect(await textOf(Buffer.concat([Buffer.from("fffe", "hex"), wide(russian, "le")]), "application/octet-stream")).toBe(
      russian,
    );
  });

  it("is not seen in bytes that are no text", async () => {
    const numbers = Buffer.from(Uint16Array.from({ length: 2_000 }, (_, i) => i % 300).buffer);
    await expect(textOf(numbers)).rejects.toThrow("but it is none");
  });
});

describe("a text in UTF-8", () => {
  const text = `${russian}\n`.repeat(3);
  it.each([
    ["that was cut within a letter", Buffer.from(text).subarray(0, -4)],
    ["with a damaged byte", Buffer.concat([Buffer.from(text), Buffer.from([0xff])])],
  ])("%s is read as such, whatever is said of it", async (_, bytes) => {
    for (const charset of ["", "; charset=utf-8", "; charset=iso-8859-1"])
      expect(await textOf(bytes, `text/plain${charset}`)).toContain(russian);
  });

  it("is not seen in one of an older charset", async () => {
    const german = Buffer.from(
      "Der Eintritt für Schüler kostet fünf Euro, für Gäste größere Beträge. Öffnungszeiten über Ostern geändert.",
      "latin1",
    );
    expect(await textOf(german)).toContain("für Schüler");
  });
});

describe("a plain text", () => {
  it("has the lines of all systems, and nothing that no text has", async () => {
    expect(await textOf(Buffer.from("\ufeffOne.\rTwo.\r\nThree\0.\n\u001b[1mFour.".padEnd(200)))).toMatch(
      /^One\.\nTwo\.\nThree\.\n\[1mFour\. +$/,
    );
    expect(await textOf(Buffer.from("One.\vTwo.\fThree.\u2028Four."))).toBe("One.\nTwo.\nThree.\nFour.");
  });

  it("is refused when it is one of a word processor's marks", async () => {
    const rich = Buffer.from(String.raw`{\rtf1\ansi The fee is 12 euros.\par}`);
    for (const type of ["text/plain", "application/rtf", "application/octet-stream"])
      await expect(textOf(rich, type)).rejects.toThrow("RTF files cannot be read; save it as .docx or PDF");
  });
});
