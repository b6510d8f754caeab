import { Parser } from "htmlparser2";
import { chunkPlace } from "./alt-chunks.ts";
import type { NumberedParagraph, Numbering } from "./numbering.ts";

type Mode = "copy" | "skip" | "drawing" | "formula";

interface Frame {
  name: string;
  mode: Mode;
  /** Where its output begins. */
  start: number;
  /** What its end puts out. */
  end: string;
  /** Of a run, what it says itself; of a run or a paragraph, what its style says. */
  hidden?: boolean;
  hiddenByStyle?: boolean;
  /** Of an alternative, what was chosen so far. */
  chosen?: string;
  /** Of a control that nobody has filled in: what it holds only says so. */
  isUnfilled?: boolean;
  /** Of a paragraph: what makes it an item, and its number until that is put before its text. */
  listed?: NumberedParagraph;
  number?: string;
}

interface Showing {
  /** Ids of the styles that hide their text. */
  hiddenStyles: ReadonlySet<string>;
  /** Of the lists of this part; absent where nothing is numbered. */
  numbers?: Numbering | undefined;
}

/**
 * A part of a Word document as it is shown, in XML that simpler readers understand: without hidden text and what only asks for some, with formulas and the words that have
 * their reading beside them as plain runs, each text box once, and the number of each numbered paragraph between {@link marks} before its text.
 * Takes linear time.
 */
export function visiblePart(xml: string, showing: Showing): string {
  const out = createOutput(xml);
  const stack: Frame[] = [];
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        const value = attributes["w:val"] ?? "";
        const tag = { from: parser.startIndex, to: parser.endIndex + 1 };
        noteProperty(stack, { name, value }, showing);
        const isClosed = xml.charAt(parser.endIndex - 1) === "/";
        stack.push(opened({ name, value, id: attributes["r:id"] ?? "", tag, isClosed, within: modeWithin(stack, name) }, out));
        if (name === "w:t" && !isClosed) putNumber(stack, out);
      },
      ontext: () => {
        const { mode = "copy", name = "" } = stack.at(-1) ?? {};
        if (mode === "copy" || (mode === "formula" && name === "m:t")) out.copy(parser.startIndex, parser.endIndex + 1);
      },
      onclosetag: () => {
        const frame = stack.pop();
        if (frame?.end === copied) out.copy(parser.startIndex, parser.endIndex + 1);
        if (frame !== undefined) close(frame, { out, stack, numbers: showing.numbers });
      },
    },
    { xmlMode: true, decodeEntities: false },
  );
  parser.end(xml);
  return out.text();
}

function modeWithin(stack: readonly Frame[], name: string): Mode {
  if (name === "w:r" && stack.some(({ isUnfilled }) => isUnfilled)) return "skip";
  return stack.at(-1)?.mode ?? "copy";
}

type Output = ReturnType<typeof createOutput>;

/** Joins what is copied as it stands, for a part may have a million tags. */
function createOutput(xml: string) {
  const pieces: string[] = [];
  let [from, to] = [0, 0];
  const flush = () => {
    if (to > from) pieces.push(xml.slice(from, to));
    from = to;
  };
  return {
    copy: (start: number, end: number) => {
      if (start !== to || to === from) {
        flush();
        from = start;
      }
      to = end;
    },
    put: (text: string) => {
      flush();
      if (text !== "") pieces.push(text);
    },
    /** A place to come back to. */
    mark: () => {
      flush();
      return pieces.length;
    },
    /** Takes back what was put out since. */
    takeFrom: (place: number) => {
      flush();
      return pieces.splice(place).join("");
    },
    text: () => {
      flush();
      return pieces.join("");
    },
  };
}

/** What has to be changed in a part; most have nothing of it. */
export const needsChange =
  /<w:(?:vanish|ruby|drawing|dstrike|altChunk|bdo|dir|cr|fldSimple|showingPlcHdr)\b|<m:oMath|<mc:AlternateContent/;

interface Opening {
  name: string;
  value: string;
  /** Of a part that it stands for. */
  id: string;
  tag: { from: number; to: number };
  isClosed: boolean;
  within: Mode;
}

/** Stands for an end that is the same as in the part. */
const copied = "\0";

function opened({ name, value, id, tag, isClosed, within }: Opening, out: Output): Frame {
  const start = markable.has(name) ? out.mark() : 0;
  const changed = (mode: Mode, begin = "", end = ""): Frame => {
    out.put(begin);
    return { name, mode, start, end };
  };
  if (within === "skip" || skipped.has(name)) return { name, mode: "skip", start, end: "" };
  if (within === "formula") return changed("formula", signs[name]);
  if (name === "m:oMath") return changed("formula", `<w:r><w:t xml:space="preserve">`, "</w:t></w:r>");
  if (within === "drawing" && name === "w:txbxContent")
    return changed("copy", "<w:pict><w:txbxContent>", "</w:txbxContent></w:pict>");
  if (within === "drawing" || name === "w:drawing") return { name, mode: "drawing", start, end: "" };
  if (unwrapped.has(name)) return { name, mode: "copy", start, end: "" };
  if (name === "w:cr") return changed("copy", "<w:br/>");
  if (name === "w:altChunk") return changed("skip", chunkPlace(id));
  if (name === "w:dstrike") return changed("copy", `<w:strike w:val="${isOn(value) ? 1 : 0}">`, "</w:strike>");
  out.copy(tag.from, tag.to);
  return { name, mode: "copy", start, end: isClosed ? "" : copied };
}

/** Whose output may be taken back. */
const markable = new Set(["w:r", "mc:Choice", "mc:Fallback"]);
/** How words are read aloud. */
const skipped = new Set(["w:rt", "w:rubyPr"]);
const unwrapped = new Set([
  "w:bdo",
  "w:dir",
  // Of which only what was filled in is shown.
  "w:fldSimple",
  "w:ruby",
  "w:rubyBase",
  "m:oMathPara",
  "mc:AlternateContent",
  "mc:Choice",
  "mc:Fallback",
]);
/** Of formulas that stand in a line. */
const signs: Readonly<Record<string, string>> = { "m:den": "/", "m:sup": "^", "m:sub": "_", "m:rad": "√" };

/** Properties stand in an element of their own within the run or paragraph that they are of. */
function noteProperty(stack: readonly Frame[], { name, value }: { name: string; value: string }, { hiddenStyles }: Showing): void {
  const owner = stack.at(-2);
  const within = stack.at(-1)?.name;
  if (owner?.name === "w:sdt" && within === "w:sdtPr" && name === "w:showingPlcHdr") owner.isUnfilled = isOn(value);
  if (owner?.name === "w:r" && within === "w:rPr") {
    if (name === "w:vanish") owner.hidden = isOn(value);
    if (name === "w:rStyle") owner.hiddenByStyle = hiddenStyles.has(value);
  }
  if (owner?.name === "w:p" && within === "w:pPr" && name === "w:pStyle") {
    owner.hiddenByStyle = hiddenStyles.has(value);
    owner.listed = { ...owner.listed, styleId: value };
  }
  const paragraph = within === "w:numPr" && owner?.name === "w:pPr" ? stack.at(-3) : undefined;
  if (paragraph !== undefined && name === "w:ilvl") paragraph.listed = { ...paragraph.listed, level: value };
  if (paragraph !== undefined && name === "w:numId") paragraph.listed = { ...paragraph.listed, numId: value };
}

/** Such a property is on unless it says that it is not. */
export function isOn(value: string): boolean {
  return !["0", "false", "off"].includes(value);
}

/** Around the number of a paragraph; no text has these. */
export const marks = ["\ue0f0", "\ue0f1"] as const;
const marked = new RegExp(`${marks[0]}([^${marks[1]}]*)${marks[1]}`, "u");

function numberIn(text: string): string | undefined {
  return marked.exec(text)?.[1];
}

function putNumber(stack: readonly Frame[], out: Output): void {
  const paragraph = stack.findLast(({ name }) => name === "w:p");
  if (paragraph?.number === undefined || paragraph.number === "" || stack.at(-1)?.mode !== "copy") return;
  out.put(`${marks[0]}${paragraph.number}${marks[1]}`);
  delete paragraph.number;
}

function close(frame: Frame, to: { out: Output; stack: readonly Frame[]; numbers: Numbering | undefined }): void {
  const { name, start } = frame;
  const { out, stack, numbers } = to;
  if (frame.end !== copied) out.put(frame.end);
  const around = stack.at(-1);
  if (name === "w:pPr" && around?.listed !== undefined && numbers !== undefined) around.number = numbers(around.listed);
  if (name === "w:r") {
    const paragraph = stack.findLast((outer) => outer.name === "w:p");
    if (frame.hidden ?? (frame.hiddenByStyle === true || paragraph?.hiddenByStyle === true)) {
      const number = numberIn(out.takeFrom(start));
      if (paragraph !== undefined && number !== undefined) paragraph.number = number;
    }
  }
  if (name === "mc:Choice" || name === "mc:Fallback") {
    const content = out.takeFrom(start);
    // The first that says anything; newer programs write the same once more for older ones.
    if (around !== undefined && !(around.chosen ?? "").includes("<w:t")) around.chosen = content;
  }
  if (name === "mc:AlternateContent" && frame.chosen !== undefined) out.put(frame.chosen);
}
