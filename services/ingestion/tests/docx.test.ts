import { describe, expect, it } from "vitest";
import { readDocument } from "../src/parsing/read-document.ts";
import { makeDocx } from "./documents.ts";

const schemas = "http://schemas.openxmlformats.org";
const xmlns = `xmlns:w="${schemas}/wordprocessingml/2006/main"`;
const options = { extractMainContent: true, includeOnlyTags: "", excludeTags: "" };

const run = (text: string, properties = "") => `<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`;
const paragraph = (...content: string[]) => `<w:p>${content.join("")}</w:p>`;
const styled = (style: string, text: string) => paragraph(`<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`, run(text));

function parts(files: Record<string, string>): Record<string, string> {
  const relations = Object.keys(files)
    .filter((name) => !/header|footer/.test(name))
    .map((name) => `<Relationship Id="${name}" Type="${schemas}/officeDocument/2006/relationships/${name}" Target="${name}.xml"/>`);
  const all = {
    "_rels/document.xml.rels": `<Relationships xmlns="${schemas}/package/2006/relationships">${relations.join("")}</Relationships>`,
  };
  const named = Object.entries(files).map(([name, xml]) => [`word/${name}.xml`, xml] as const);
  return { ...Object.fromEntries(Object.entries(all).map(([name, xml]) => [`word/${name}`, xml])), ...Object.fromEntries(named) };
}

async function textOf(body: string, files: Record<string, string> = {}): Promise<string> {
  const more = Object.keys(files).length === 0 ? {} : parts(files);
  return (await readDocument({ bytes: makeDocx(body, [], more), contentType: "", url: "", options })).text;
}

describe("a Word document is read as it is shown:", () => {
  it("without hidden text, said of it or of its style, anywhere", async () => {
    const vanishing = (id: string, more: string) => `<w:style w:styleId="${id}"><w:name w:val="${id}"/>${more}</w:style>`;
    const styles = `<w:styles ${xmlns}>${vanishing("Secret", "<w:rPr><w:vanish/></w:rPr>")}${vanishing("More", '<w:basedOn w:val="Secret"/>')}</w:styles>`;
    const body = [
      paragraph(run("Shown"), run(" hidden", "<w:vanish/>"), run(" and seen.", '<w:vanish w:val="0"/>')),
      styled("Secret", "Hidden by its paragraph."),
      styled("More", "Hidden by what its style is based on."),
      paragraph(run("Hidden by its own style. ", '<w:rStyle w:val="Secret"/>'), run("Last.")),
    ];
    const header = `<w:hdr ${xmlns}>${paragraph(run("Rules of the house"), run(" HIDDEN", "<w:vanish/>"))}</w:hdr>`;
    expect(await textOf(body.join(""), { styles, header1: header })).toBe("Shown and seen.\n\nLast.\n\nRules of the house");
  });

  it("with what was inserted and moved to, and without what was deleted, moved away or struck out", async () => {
    const deleted = `<w:del w:id="1"><w:r><w:delText>gone</w:delText></w:r></w:del>`;
    const body = paragraph(
      run("Fees: "),
      deleted,
      `<w:ins w:id="2">${run("nine")}</w:ins>`,
      run("ten ", "<w:dstrike/>"),
      run("euros."),
    );
    const moved =
      paragraph(`<w:moveFrom w:id="3">${run("Moved.")}</w:moveFrom>`) + paragraph(`<w:moveTo w:id="4">${run("Moved.")}</w:moveTo>`);
    const row = `<w:tr><w:trPr><w:del w:id="5"/></w:trPr><w:tc>${paragraph(run("Deleted row"))}</w:tc></w:tr>`;
    const table = `<w:tbl><w:tr><w:tc>${paragraph(run("Row"))}</w:tc></w:tr>${row}</w:tbl>`;
    expect(await textOf(body + moved + table)).toBe("Fees: nine euros.\n\nMoved.\n\n| Row |");
  });

  it("with each text box once, whichever program wrote it", async () => {
    const box = `<w:txbxContent>${paragraph(run("In the box."))}</w:txbxContent>`;
    const drawing = `<w:drawing><a:graphic xmlns:a="${schemas}/drawingml/2006/main"><wps:txbx xmlns:wps="s">${box}</wps:txbx></a:graphic></w:drawing>`;
    const compatible = `xmlns:mc="${schemas}/markup-compatibility/2006"`;
    const choice = `<mc:Choice Requires="wps">${drawing}</mc:Choice>`;
    const fallback = `<mc:Fallback><w:pict>${box}</w:pict></mc:Fallback>`;
    const before = run("Before.");
    for (const shape of [
      drawing,
      `<w:pict>${box}</w:pict>`,
      `<mc:AlternateContent ${compatible}>${choice}${fallback}</mc:AlternateContent>`,
      `<mc:AlternateContent ${compatible}>${choice}</mc:AlternateContent>`,
      `<mc:AlternateContent ${compatible}><mc:Choice Requires="w16se"/>${fallback}</mc:AlternateContent>`,
    ])
      expect(await textOf(paragraph(before, `<w:r>${shape}</w:r>`))).toBe("Before.\n\nIn the box.");
  });

  it("with what its diagrams say, at its end", async () => {
    const point = (...texts: string[]) =>
      `<dgm:pt><a:p>${texts.map((text) => `<a:r><a:t>${text}</a:t></a:r>`).join("")}</a:p></dgm:pt>`;
    const data = `<dgm:dataModel xmlns:dgm="d" xmlns:a="a">${point("Head: ", "Ann")}${point("Pilot: Bo")}${point()}</dgm:dataModel>`;
    expect(await textOf(paragraph(run("Who is who.")), { "diagrams/data1": data })).toBe("Who is who.\n\nHead: Ann\nPilot: Bo");
  });

  it("with the boxes of its forms, ticked or not", async () => {
    const box = (isOn: number) =>
      `<w:sdt><w:sdtPr><wordml:checkbox xmlns:wordml="http://schemas.microsoft.com/office/word/2010/wordml"><wordml:checked wordml:val="${isOn}"/></wordml:checkbox></w:sdtPr><w:sdtContent>${run("x")}</w:sdtContent></w:sdt>`;
    const field = `<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="1"/></w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`;
    const body = paragraph(box(1), run(" Insurance")) + paragraph(box(0), run(" Trailer")) + paragraph(field, run(" Parking"));
    expect(await textOf(body)).toBe("☑ Insurance\n\n☐ Trailer\n\n☑ Parking");
  });

  it("with what its fields and controls were filled in with, and nothing that they might be", async () => {
    const simple = `<w:fldSimple w:instr=" DATE ">${run("3 May")}</w:fldSimple>`;
    const mark = (type: string) => `<w:r><w:fldChar w:fldCharType="${type}"/></w:r>`;
    const code = `<w:r><w:instrText> MERGEFIELD fee </w:instrText></w:r>`;
    const field = `${mark("begin")}${code}${mark("separate")}${run("9 euros")}${mark("end")}`;
    const list = `<w:dropDownList><w:listItem w:displayText="Raft"/><w:listItem w:displayText="Canoe"/></w:dropDownList>`;
    const control = (content: string) => `<w:sdt><w:sdtPr>${list}</w:sdtPr><w:sdtContent>${content}</w:sdtContent></w:sdt>`;
    const unfilled = `<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:tc>${paragraph(run("Click here to enter text."))}</w:tc></w:sdtContent></w:sdt>`;
    const row = `<w:tr><w:tc>${paragraph(run("Fee"))}</w:tc>${unfilled}<w:tc>${paragraph(run("4 euros"))}</w:tc></w:tr>`;
    const body =
      paragraph(simple, run(": "), field, run(" for a "), control(run("Canoe"))) +
      control(paragraph(run("In a control."))) +
      `<w:tbl>${control(row)}</w:tbl>`;
    expect(await textOf(body)).toBe("3 May: 9 euros for a Canoe\n\nIn a control.\n\n| Fee |  | 4 euros |");
  });

  it("with notes, formulas and words that have their reading beside them", async () => {
    const note = `<w:footnotes ${xmlns}><w:footnote w:id="2">${paragraph(run("By the hour."))}</w:footnote></w:footnotes>`;
    const letters = (name: string, text: string) => `<m:${name}><m:r><m:t>${text}</m:t></m:r></m:${name}>`;
    const formula = `<m:oMathPara xmlns:m="m"><m:oMath>${letters("e", "E=mc")}${letters("sup", "2")}</m:oMath></m:oMathPara>`;
    const ruby = `<w:r><w:ruby><w:rubyPr/><w:rt>${run("とうきょう")}</w:rt><w:rubyBase>${run("東京")}</w:rubyBase></w:ruby></w:r>`;
    const body =
      paragraph(run("Fee"), `<w:r><w:footnoteReference w:id="2"/></w:r>`, run(". ")) +
      paragraph(formula) +
      paragraph(ruby, run("駅"));
    expect(await textOf(body, { footnotes: note })).toBe("Fee.\n\nE=mc^2\n\n東京駅\n\n1. By the hour.");
  });

  it("with web pages that it takes in, as programs do that make documents of them", async () => {
    const page = "<html><head><title>No</title></head><body><h1>Prices</h1><p>Größe: 5&nbsp;€</p></body></html>";
    const quoted = page.replace("Größe", "Gr=C3=B6=C3=9F=\r\ne");
    const archive = `MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/html; charset="utf-8"\nContent-Transfer-Encoding: quoted-printable\n\n${quoted}\n\n--b--`;
    const body = `${paragraph(run("Before."))}<w:altChunk xmlns:r="r" r:id="c1"/><w:altChunk xmlns:r="r" r:id="c2"/><w:altChunk xmlns:r="r" r:id="c3"/>${paragraph(run("After."))}`;
    const relation = (id: string, target: string) => `<Relationship Id="${id}" Type="x/aFChunk" Target="${target}"/>`;
    const relations = [relation("c1", "one.html"), relation("c2", "/word/two.mht"), relation("c3", "three.rtf")].join("");
    const bytes = makeDocx(body, [], {
      "word/_rels/document.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${relations}</Relationships>`,
      "word/one.html": page,
      "word/two.mht": archive,
      "word/three.rtf": "{\\rtf1}",
    });
    const { text } = await readDocument({ bytes, contentType: "", url: "", options });
    expect(text).toBe("Before.\n\n# Prices\n\nGröße: 5 €\n\n# Prices\n\nGröße: 5 €\n\nAfter.");
  });

  it("with text that is told which way to run, and its breaks of lines", async () => {
    const body = paragraph(
      run("Call "),
      `<w:bdo w:val="ltr">${run("030-1")}</w:bdo><w:dir w:val="rtl">${run(" שלום")}</w:dir>`,
      "<w:r><w:cr/></w:r>",
      run("now"),
    );
    expect(await textOf(body)).toBe("Call 030-1 שלום\nnow");
  });

  it("with the numbers of its lists and headings, counted on after what stands between", async () => {
    const level = (at: number, more: string) => `<w:lvl w:ilvl="${at}"><w:start w:val="1"/>${more}</w:lvl>`;
    const levels = [
      `<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>`,
      `<w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1%2)"/>`,
      `<w:numFmt w:val="upperRoman"/><w:pStyle w:val="Part"/><w:lvlText w:val="%3"/>`,
    ];
    const restarted = `<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>`;
    const numbering = `<w:numbering ${xmlns}><w:abstractNum w:abstractNumId="7">${levels.map((text, at) => level(at, text)).join("")}</w:abstractNum>
      <w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="7"/>${restarted}</w:num></w:numbering>`;
    const styles = `<w:styles ${xmlns}><w:style w:type="paragraph" w:styleId="Part"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>`;
    const item = (text: string, at = 0, list = 1) =>
      paragraph(`<w:pPr><w:numPr><w:ilvl w:val="${at}"/><w:numId w:val="${list}"/></w:numPr></w:pPr>`, run(text));
    const body = [
      item("Boil water."),
      item("Add tea."),
      item("Green", 1),
      item("Black", 1),
      paragraph(run("It must not boil on.")),
      item("hidden", 0)
        .replace("<w:rPr>", "<w:rPr><w:vanish/>")
        .replace("</w:p>", `${run("Pour.")}</w:p>`),
      item("White", 1),
      styled("Part", "Coffee"),
      item("Grind.", 0, 2),
    ];
    expect(await textOf(body.join(""), { numbering, styles })).toBe(
      "1. Boil water.\n2. Add tea.\n  2a) Green\n  2b) Black\n\nIt must not boil on.\n\n3. Pour.\n  3a) White\n\n# I Coffee\n\n1. Grind.",
    );
  });
});
