import { withMarkers } from "./pdf-markers.ts";
import { withBrackets } from "./pdf-rtl.ts";

/** A piece of text as pdf.js gives it, in points. */
export interface TextItem {
  str: string;
  hasEOL: boolean;
  /** Matrix; the first two are the direction of writing, the last two the place of its start, from the page's left and foot. */
  transform: number[];
  width: number;
  height: number;
  dir: string;
}

/** A line of text, or a cell of one. */
export interface PdfLine {
  text: string;
  /** Where it begins and ends in the direction of reading, in points; text that runs to the left is mirrored. */
  start: number;
  end: number;
  /** Above the page's foot. */
  y: number;
  /** Of its letters, in points. */
  size: number;
  /** Row of a table: its cells stand in the text, divided by bars. */
  isRow: boolean;
}

/** The lines of a page as they were drawn; what stands in two columns on one line is taken apart, rows of a table are put together. */
export function linesOf(items: readonly TextItem[]): PdfLine[] {
  const lines: PdfLine[] = [];
  let run: PdfLine[][] = [];
  const endRun = () => {
    lines.push(...(run.length >= 2 ? rowsOrColumns(run) : run.map(oneLine)));
    run = [];
  };
  for (const cells of cellsByLine(items)) {
    if (cells.length === 0) continue;
    if (cells.length === 1 || cells.length !== run[0]?.length) endRun();
    if (cells.length === 1) lines.push(...cells);
    else run.push(cells);
  }
  endRun();
  return withMarkers(lines);
}

/** Blank space that no justified line has, in sizes of its letters. */
const columnGap = 2;
/** Blank space that no two letters of a word have between them, in sizes of the letters; wide ones fill a square, and are set apart in justified lines. */
const wordGap = { narrow: 0.15, wide: 0.8 };

/** Pieces of one line that touch each other. */
interface Cell extends Box {
  text: string;
  /** Its last piece; the next one is near or far from it. */
  last: Box;
  blank: boolean;
  rightToLeft: number;
  leftToRight: number;
}

interface Box {
  left: number;
  right: number;
  y: number;
  size: number;
}

function* cellsByLine(items: readonly TextItem[]): Generator<PdfLine[]> {
  let cells: Cell[] = [];
  for (const item of items) {
    const last = cells.at(-1);
    if (item.str.trim() !== "") {
      const box = boxOf(item);
      if (last === undefined || gapBetween(last.last, box) > columnGap * box.size) cells.push(newCell(item, box));
      else addTo(last, item, box);
    } else if (last !== undefined && item.str !== "") last.blank = true;
    if (!item.hasEOL) continue;
    yield cells.map(lineOf);
    cells = [];
  }
  yield cells.map(lineOf);
}

/** Text that runs up or down the page is turned, so that its lines lie as all others do. */
function boxOf({ transform, width, height }: TextItem): Box {
  const [a = 1, b = 0, c = 0, d = 0, x = 0, y = 0] = transform;
  const length = Math.hypot(a, b);
  const [cos, sin] = length === 0 ? [1, 0] : [a / length, b / length];
  const left = x * cos + y * sin;
  return { left, right: left + width, y: y * cos - x * sin, size: height > 0 ? height : Math.hypot(c, d) };
}

/** Blank space between two pieces, whichever stands first: in a line that runs to the left, numbers still run to the right. */
function gapBetween(one: Box, other: Box): number {
  return Math.max(other.left - one.right, one.left - other.right);
}

function newCell({ str, dir }: TextItem, box: Box): Cell {
  const [rightToLeft, leftToRight] = dir === "rtl" ? [str.length, 0] : [0, str.length];
  return { ...box, text: str, last: box, blank: false, rightToLeft, leftToRight };
}

function addTo(cell: Cell, item: TextItem, box: Box): void {
  const areWide = wide.test(cell.text.at(-1) ?? "") && wide.test(item.str.at(0) ?? "");
  const isApart = gapBetween(cell.last, box) > (areWide ? wordGap.wide : wordGap.narrow) * box.size;
  const blank = (cell.blank && !areWide) || isApart ? " " : "";
  const { rightToLeft, leftToRight } = newCell(item, box);
  Object.assign(cell, {
    text: cell.text + (/\s$/.test(cell.text) || /^\s/.test(item.str) ? "" : blank) + item.str,
    left: Math.min(cell.left, box.left),
    right: Math.max(cell.right, box.right),
    size: Math.max(cell.size, box.size),
    last: box,
    blank: false,
    rightToLeft: cell.rightToLeft + rightToLeft,
    leftToRight: cell.leftToRight + leftToRight,
  });
}

const wide = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}、。，！？「」（）]/u;

function lineOf({ text, left, right, y, size, rightToLeft, leftToRight }: Cell): PdfLine {
  const isLeftward = rightToLeft > leftToRight;
  const [start, end] = isLeftward ? [-right, -left] : [left, right];
  return { text: isLeftward ? withBrackets(text) : text, start, end, y, size, isRow: false };
}

/** Cells as long as this are lines of columns of prose. */
const proseLength = 25;

function rowsOrColumns(run: readonly PdfLine[][]): PdfLine[] {
  const columns = (run[0] ?? []).map((_, i) => run.flatMap((cells) => cells[i] ?? []));
  const areProse = columns.every((column) => column.reduce((sum, { text }) => sum + text.length, 0) > proseLength * column.length);
  return areProse ? columns.flat() : run.map((cells) => ({ ...oneLine(cells), text: rowText(cells), isRow: true }));
}

function rowText(cells: readonly PdfLine[]): string {
  return `| ${cells.map(({ text }) => text.trim()).join(" | ")} |`;
}

function oneLine(cells: readonly PdfLine[]): PdfLine {
  const [first, last] = [cells[0], cells.at(-1)];
  if (first === undefined || last === undefined) throw new Error("a line has a cell");
  return { ...first, text: cells.map(({ text }) => text.trim()).join(" "), end: last.end };
}
