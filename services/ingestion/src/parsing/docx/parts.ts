import JSZip from "jszip";
import { chunksIn } from "./alt-chunks.ts";
import { numberingOf } from "./numbering.ts";
import { piecesOf } from "./pieces.ts";
import { isOn, needsChange, visiblePart } from "./visible.ts";
import { elementsOf } from "./xml.ts";
import { UnreadableError } from "../parse-request.ts";

/** What a Word document says, and what beside its text. */
export interface DocxParts {
  /** The document as it is shown, as smaller ones that follow each other if it is large, each made when it is taken. */
  shown: AsyncIterable<Buffer>;
  /** Names of styles that make headings though they are not named so, with their level from 1. */
  headings: ReadonlyMap<string, number>;
  /** Lines that stand at the head and foot of pages, each once. */
  running: readonly string[];
  /** What its diagrams say, such as who is whose head, each in a text of its own. */
  diagrams: readonly string[];
  /** HTML that the document takes in, by its id. */
  chunks: ReadonlyMap<string, string>;
}

/** Reads what stands in the parts of a Word document. @throws UnreadableError, or Error for a file that is no ZIP */
export async function docxParts(bytes: Uint8Array): Promise<DocxParts> {
  refuseCrowd(bytes);
  const zip = await JSZip.loadAsync(bytes);
  await nameByStandard(zip);
  const stylesXml = await textIn(zip, "word/styles.xml");
  const styles = stylesOf(stylesXml);
  await showVisible(zip, { styles: stylesXml, hiddenStyles: hiddenStylesOf(styles) });
  const running: string[] = [];
  for (const file of zip.file(/^word\/(?:header|footer)\d*\.xml$/).slice(0, mostRunning)) {
    running.push(...linesOf(await file.async("string"), "w").filter((line) => (line.match(/\p{L}/gu)?.length ?? 0) > leastLetters));
  }
  const diagrams: string[] = [];
  for (const file of zip.file(/^word\/diagrams\/data\d*\.xml$/).slice(0, mostDiagrams)) {
    diagrams.push(linesOf(await file.async("string"), "a").join("\n"));
  }
  return {
    shown: shownIn(zip),
    headings: headingsOf(styles),
    running: [...new Set(running)],
    diagrams,
    chunks: await chunksIn(zip),
  };
}

async function textIn(zip: JSZip, name: string): Promise<string> {
  return (await zip.file(name)?.async("string")) ?? "";
}

/** Some programs write names as Windows does. */
async function nameByStandard(zip: JSZip): Promise<void> {
  for (const file of zip.file(/\\/)) zip.file(file.name.replaceAll("\\", "/"), await file.async("nodebuffer"));
}

const mainPart = /^word\/document\d*\.xml$/;

async function* shownIn(zip: JSZip): AsyncGenerator<Buffer> {
  // Nobody looks at images, fonts and the like.
  for (const { name } of zip.file(/(?<!\.xml|\.rels)$/)) zip.remove(name);
  const { name = "" } = zip.file(mainPart)[0] ?? {};
  for (const piece of piecesOf(await textIn(zip, name))) {
    if (piece !== "") zip.file(name, piece);
    yield await zip.generateAsync({ type: "nodebuffer" });
  }
}

/** Changes the parts that hold text where what is shown differs from what they hold. */
async function showVisible(zip: JSZip, xml: { styles: string; hiddenStyles: ReadonlySet<string> }): Promise<void> {
  const { styles, hiddenStyles } = xml;
  const numbering = await textIn(zip, "word/numbering.xml");
  for (const { name } of zip.file(/^word\/(?:document|header|footer|footnotes|endnotes)\d*\.xml$/)) {
    const part = await textIn(zip, name);
    const isNumbered = numbering !== "" && mainPart.test(name);
    if (hiddenStyles.size === 0 && !isNumbered && !needsChange.test(part)) continue;
    const numbers = isNumbered ? numberingOf({ numbering, styles }) : undefined;
    zip.file(name, visiblePart(part, { hiddenStyles, numbers }));
  }
}

/** What Word writes has some dozens. */
const mostEntries = 10_000;

/** Counts the entries themselves before any is unpacked or kept, for the number that a ZIP states may be false. */
function refuseCrowd(bytes: Uint8Array): void {
  const archive = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let entries = 0;
  for (let at = archive.indexOf(entryMark); at !== -1; at = archive.indexOf(entryMark, at + entryMark.length)) {
    if (++entries > mostEntries)
      throw new UnreadableError(`The Word document consists of more than ${mostEntries.toLocaleString("en")} files`);
  }
}

/** Begins each entry of the directory at a ZIP's end. */
const entryMark = Buffer.from("PK\u0001\u0002", "latin1");

/** A document has three for each of its sections, most of them alike. */
const mostRunning = 30;

/** Text by its paragraphs, in Word's own XML (`w`) or that of drawings (`a`). */
function linesOf(xml: string, prefix: "w" | "a"): string[] {
  return elementsOf(xml, `${prefix}:p`)
    .map((paragraph) => [...paragraph.getElementsByTagName(`${prefix}:t`)].map(({ textContent }) => textContent ?? "").join(""))
    .map((line) => line.replaceAll(/\s+/g, " ").trim())
    .filter((line) => line !== "");
}

const mostDiagrams = 100;

/** Shorter lines tell the number of the page. */
const leastLetters = 8;

interface Style {
  name: string;
  /** Id of the style that it takes all else from. */
  base: string;
  level: number | undefined;
  isHidden: boolean | undefined;
}

function stylesOf(xml: string): Map<string, Style> {
  const styles = new Map<string, Style>();
  for (const style of elementsOf(xml, "w:style")) {
    const valueOf = (name: string) => style.getElementsByTagName(name)[0]?.getAttribute("w:val") ?? "";
    const outline = valueOf("w:outlineLvl");
    const named = /^heading ([1-6])$/i.exec(valueOf("w:name"))?.[1];
    const level = outline === "" ? Number(named ?? 0) || undefined : Number(outline) + 1;
    const isHidden = style.getElementsByTagName("w:vanish")[0] === undefined ? undefined : isOn(valueOf("w:vanish"));
    styles.set(style.getAttribute("w:styleId") ?? "", { name: valueOf("w:name"), base: valueOf("w:basedOn"), level, isHidden });
  }
  return styles;
}

/** What a style says of itself, or else the one that it is based on. */
function inherited<K extends "level" | "isHidden">(styles: ReadonlyMap<string, Style>, style: Style, key: K): Style[K] {
  let [of, value]: [Style | undefined, Style[K]] = [style, style[key]];
  for (let hops = 0; value === undefined && of !== undefined && hops < mostHops; hops++) {
    of = styles.get(of.base);
    value = of?.[key];
  }
  return value;
}

function headingsOf(styles: ReadonlyMap<string, Style>): Map<string, number> {
  const headings = new Map<string, number>();
  for (const style of styles.values()) {
    const level = inherited(styles, style, "level");
    if (level !== undefined && level <= deepest && !/^(?:heading \d|title|toc .*)$/i.test(style.name))
      headings.set(style.name, level);
  }
  return headings;
}

function hiddenStylesOf(styles: ReadonlyMap<string, Style>): Set<string> {
  return new Set([...styles].filter(([, style]) => inherited(styles, style, "isHidden") === true).map(([id]) => id));
}

/** Styles may lean on each other in a circle. */
const mostHops = 10;
/** Word's levels below are text. */
const deepest = 6;
