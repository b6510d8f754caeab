import { describe, expect, it } from "vitest";
import { readDocument } from "../src/parsing/read-document.ts";
import { makePdf } from "./documents.ts";

const options = { extractMainContent: true, includeOnlyTags: "", excludeTags: "" };
const box = (left: number, foot: number) => `/Rect[${left} ${foot} ${left + 150} ${foot + 14}]`;
const field = (type: string, rest: string) => `<</Type/Annot/Subtype/Widget/FT/${type}/T(x)/F 4${rest}>>`;
const tick = (state: string) =>
  `<</Type/Annot/Subtype/Widget/FT/Btn/T(x)/V/${state}/AS/${state}/AP<</N<</Yes 3 0 R/Off 3 0 R>>>>/Rect[50 ${state === "Yes" ? 688 : 674} 64 ${state === "Yes" ? 702 : 688}]>>`;

async function textOf(lines: readonly string[], annotations: readonly string[]) {
  const bytes = makePdf([lines], undefined, { annotations });
  return (await readDocument({ bytes, contentType: "application/pdf", url: "", options })).text;
}

describe("a PDF that was filled in", () => {
  // The first line stands 720 points above the page's foot, each further one 14 below.
  it("gives the value of each field behind its label, and what is ticked", async () => {
    const annotations = [
      field("Tx", `/V(Anna Berg)${box(130, 716)}`),
      field("Ch", `/V(l)/Ff 131072/Opt[[(f)(Forest)][(l)(Lake view)]]${box(130, 702)}`),
      tick("Yes"),
      tick("Off"),
      field("Tx", `/TU(Wishes)/V(No nuts\\rQuiet room)${box(72, 600)}`),
    ];
    expect(await textOf(["Name:", "Room:", "Breakfast", "Dog"], annotations)).toMatch(
      /^Name: Anna Berg\s+Room: Lake view\s+☑ Breakfast\s+☐ Dog\s+Wishes: No nuts\nQuiet room$/,
    );
  });

  it("gives what was written upon it where it stands, but no hidden field, password or note", async () => {
    const annotations = [
      `<</Type/Annot/Subtype/FreeText/Contents(Closed in May.)${box(72, 695)}>>`,
      `<</Type/Annot/Subtype/Text/Contents(A note of the editor)${box(300, 600)}>>`,
      field("Tx", `/V(hidden)${box(72, 500)}`).replace("/F 4", "/F 2"),
      field("Tx", `/V(secret)/Ff 8192${box(72, 480)}`),
    ];
    const text = await textOf(["Open all year.", "", "", "Bring shoes."], annotations);
    expect(text).toMatch(/^Open all year\.\s+Closed in May\.\s+Bring shoes\.$/);
  });

  it("has text though nothing was printed on it, and is read though an annotation is damaged", async () => {
    expect(await textOf([], [field("Tx", `/V(Anna)${box(72, 500)}`)])).toBe("Anna");
    expect(await textOf(["Text."], ["<</Subtype/Widget/Rect(x)/FT 7/V 1>>", "null"])).toBe("Text.");
  });
});
