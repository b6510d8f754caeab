/** A part of a text that belongs together. Offsets are UTF-16 indices; `end` stands after the last character that is not a line break. */
export interface Block {
  /** `lines` are lists, tables and code, which are cut between lines; a paragraph is cut between sentences. */
  kind: "heading" | "paragraph" | "lines";
  start: number;
  end: number;
  /** Of a heading: 1 to 6, and its text without marks. */
  level: number;
  title: string;
}

/**
 * The blocks of a plain or Markdown text, in order; all text that is not blank lies in one of them. Reads line by line, so that even a
 * text of ten million line breaks takes linear time and little memory.
 */
export function* blocksOf(text: string): Generator<Block> {
  let open: OpenBlock | undefined;
  for (const line of linesOf(text)) {
    if (open?.fence !== undefined) {
      open.end = line.end;
      if (closesFence(line, open.fence)) {
        yield closed(open);
        open = undefined;
      }
      continue;
    }
    const underline = open === undefined ? undefined : setextLevel(open, line);
    if (open !== undefined && underline !== undefined) {
      const title = text.slice(open.start, open.end).trim();
      yield { kind: "heading", start: open.start, end: line.end, level: underline, title };
      open = undefined;
      continue;
    }
    if (open !== undefined && !continues(open, line)) {
      yield closed(open);
      open = undefined;
    }
    if (line.kind === "blank") continue;
    if (line.kind === "heading") yield headingOf(line);
    else if (open === undefined) open = opened(line);
    else {
      open.end = line.end;
      open.lines++;
    }
  }
  if (open !== undefined) yield closed(open);
}

interface Line {
  kind: "blank" | "heading" | "fence" | "item" | "row" | "long" | "text";
  start: number;
  end: number;
  /** What the kind was told by: the beginning of the line without white space in front. */
  head: string;
}

interface OpenBlock {
  kind: "paragraph" | "lines";
  start: number;
  end: number;
  lines: number;
  /** Kind of its first line. */
  from: Line["kind"];
  /** Marks that opened a code block; only the same marks close it. */
  fence?: string;
}

/** Text wrapped by hand has lines shorter than this; a longer line is a paragraph of its own. */
const longLine = 200;
/** No heading is longer, so that no pattern ever reads a line of megabytes. */
const headLength = 300;

function* linesOf(text: string): Generator<Line> {
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf("\n", start);
    const next = feed === -1 ? text.length : feed;
    const end = text.charCodeAt(next - 1) === 13 && next > start ? next - 1 : next;
    yield lineAt(text, start, end);
    start = next + 1;
  }
}

const list = /^(?:[-*+•‣◦]|\p{N}{1,4}[.)])\s/u;
const fence = /^(?:`{3,}|~{3,})/;
const heading = /^#{1,6}(?:\s|$)/;

function lineAt(text: string, start: number, end: number): Line {
  const first = firstNonBlank(text, start, end);
  if (first === end) return { kind: "blank", start, end, head: "" };
  const head = text.slice(first, Math.min(end, first + headLength));
  const whole = first + headLength >= end;
  const indent = first - start;
  if (whole && indent <= 3 && heading.test(head)) return { kind: "heading", start: first, end, head };
  if (indent <= 3 && fence.test(head)) return { kind: "fence", start: first, end, head };
  if (list.test(head)) return { kind: "item", start: first, end, head };
  if (head.startsWith("|")) return { kind: "row", start: first, end, head };
  return { kind: end - first > longLine ? "long" : "text", start: first, end, head };
}

function firstNonBlank(text: string, start: number, end: number): number {
  let i = start;
  while (i < end && isBlank(text, i)) i++;
  return i;
}

function isBlank(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  if (unit === 32 || unit === 9) return true;
  // Letters need no pattern, and most lines begin with one.
  if (unit > 32 && unit < 127) return false;
  return /\s/.test(text.charAt(index));
}

function opened(line: Line): OpenBlock {
  const open: OpenBlock = {
    kind: isLinewise(line) ? "lines" : "paragraph",
    start: line.start,
    end: line.end,
    lines: 1,
    from: line.kind,
  };
  const marks = line.kind === "fence" ? fence.exec(line.head)?.[0] : undefined;
  return marks === undefined ? open : { ...open, fence: marks };
}

function continues(open: OpenBlock, line: Line): boolean {
  if (line.kind === "blank" || line.kind === "heading" || line.kind === "fence") return false;
  if (open.kind === "lines") return open.from === "item" || line.kind === "row";
  return open.from === "text" && line.kind === "text";
}

function isLinewise(line: Line): boolean {
  return line.kind === "item" || line.kind === "row" || line.kind === "fence";
}

function closesFence(line: Line, marks: string): boolean {
  return line.head.startsWith(marks) && line.head.trimEnd() === marks[0]?.repeat(line.head.trimEnd().length);
}

/** Level of a heading that is underlined: one line of text with === (1) or --- (2) below. */
function setextLevel(open: OpenBlock, line: Line): number | undefined {
  if (open.kind !== "paragraph" || open.lines !== 1 || open.from !== "text") return undefined;
  if (/^=+\s*$/.test(line.head)) return 1;
  return /^-{2,}\s*$/.test(line.head) ? 2 : undefined;
}

function headingOf(line: Line): Block {
  const marks = /^#+/.exec(line.head)?.[0].length ?? 1;
  const title = line.head.slice(marks).trim().replace(/\s#+$/, "").trim();
  return { kind: "heading", start: line.start, end: line.end, level: marks, title };
}

function closed(open: OpenBlock): Block {
  return { kind: open.kind, start: open.start, end: open.end, level: 0, title: "" };
}
