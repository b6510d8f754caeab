import { withMarkers } from "./markers.ts";
import type { PdfLine, TextItem } from "./pdf-text.ts";
import { inReadingOrder, isDrawnFromLeft, withBrackets, withLetters } from "./rtl.ts";
import { withoutTracking } from "./tracking.ts";
import { withNarrowColumns, withWrappedCells } from "./columns.ts";
import { continuesTable, oneLine, rowsOrColumns } from "./tables.ts";

/** The lines of a page as they were drawn; what stands in two columns on one line is taken apart, rows of a table are put together. */
export function linesOf(items: readonly TextItem[], isTurned = areTurned(items)): PdfLine[] {
  const lines: PdfLine[] = [];
  let run: PdfLine[][] = [];
  const endRun = () => {
    lines.push(...(run.length >= 2 ? rowsOrColumns(run) : run.map(oneLine)));
    run = [];
  };
  for (const cells of withWrappedCells(withNarrowColumns([...cellsByLine(withoutTracking(items), isTurned)]))) {
    if (cells.length === 1 || !continuesTable(run, cells)) endRun();
    if (cells.length === 1) lines.push(...cells);
    else run.push([...cells]);
  }
  endRun();
  return withMarkers(withInitials(lines));
}

/** Blank space that no justified line has, in sizes of its letters. */
const columnGap = 2;
/** Blank space that words have between them only in justified lines. */
const partGap = 0.6;
/** Blank space that no two letters of a word have between them, in sizes of the letters; wide ones fill a square, and are set apart in justified lines. */
const wordGap = { narrow: 0.15, wide: 0.8 };

interface Piece {
  text: string;
  /** A blank was drawn before it. */
  isSpaced?: boolean;
  left: number;
  right: number;
  y: number;
  size: number;
  isLeftward: boolean;
}

/** Pieces of one line that touch each other. */
interface Cell extends Piece {
  /** In the order drawn; the next is near the last of them or far from it. */
  pieces: Piece[];
  blank: boolean;
  /** Letters that run to the left, less those that run to the right. */
  leftward: number;
}

/** Whether the text to the left of a page was drawn from the left; parts of a page are too small to tell. */
export function areTurned(items: readonly TextItem[]): boolean {
  return items.some(({ dir }) => dir === "rtl") && isDrawnFromLeft(items.map(pieceOf));
}

function* cellsByLine(items: readonly TextItem[], isTurned: boolean): Generator<PdfLine[]> {
  const lineOf = (cell: Cell) => lineOfCell(cell, isTurned);
  let cells: Cell[] = [];
  for (const item of items) {
    const cell = cells.at(-1);
    const last = cell?.pieces.at(-1);
    const piece = pieceOf(item);
    if (piece.text.trim() === "") {
      if (cell !== undefined && item.str !== "") cell.blank = true;
    } else {
      if (last !== undefined && isElsewhere(last, piece)) {
        yield cells.map(lineOf);
        cells = [newCell(piece)];
      } else if (cell === undefined || last === undefined || gapBetween(last, piece) > columnGap * piece.size)
        cells.push(newCell(piece));
      else if (!isDrawnAgain(last, piece)) addTo(cell, { ...piece, isSpaced: cell.blank });
    }
    if (!item.hasEOL) continue;
    yield cells.map(lineOf);
    cells = [];
  }
  yield cells.map(lineOf);
}

/** What is drawn in a part of its own, such as a stamp, begins without an end of the line before. */
function isElsewhere(drawn: Piece, piece: Piece): boolean {
  return Math.abs(drawn.y - piece.y) > Math.max(drawn.size, piece.size);
}

/** Some programs draw a text several times, a little apart, to make it bold. */
function isDrawnAgain(drawn: Piece, piece: Piece): boolean {
  return drawn.text === piece.text && Math.abs(drawn.left - piece.left) < piece.size / 4;
}

/** Shapes of letters in upright lines, and radicals that stand for the characters that look like them. */
const lookalikes = /[\u2f00-\u2fd5\ufe10-\ufe19\ufe30-\ufe4f]+/g;

/** What Symbol and Wingdings, which have no letters, call the bullets of lists and the marks of forms. */
const symbols: Readonly<Record<string, string>> = {
  "\uf0b7": "•",
  "\uf0a7": "▪",
  "\uf0d8": "‣",
  "\uf076": "❖",
  "\uf0a8": "☐",
  "\uf06f": "☐",
  "\uf0fe": "☒",
  "\uf0fc": "✓",
  "\uf0e0": "→",
};
// eslint-disable-next-line no-control-regex
const nameless = /[\uf0b7\uf0a7\uf0d8\uf076\uf0a8\uf06f\uf0fe\uf0fc\uf0e0\u0000-\u0008\u000e-\u001f\u007f]/g;

/** Text that runs up or down the page is turned, so that its lines lie as all others do. */
function pieceOf({ str, transform, width, height, dir }: TextItem): Piece {
  const [a = 1, b = 0, c = 0, d = 0, x = 0, y = 0] = transform;
  const length = Math.hypot(a, b);
  const [cos, sin] = length === 0 ? [1, 0] : [a / length, b / length];
  const left = x * cos + y * sin;
  return {
    text: withLetters(str)
      .replaceAll(lookalikes, (letters) => letters.normalize("NFKC"))
      .replaceAll(nameless, (sign) => symbols[sign] ?? ""),
    left,
    right: left + width,
    y: y * cos - x * sin,
    size: height > 0 ? height : Math.hypot(c, d),
    isLeftward: dir === "rtl",
  };
}

/** Blank space between two pieces, whichever stands first: in a line that runs to the left, numbers still run to the right. */
function gapBetween(one: Piece, other: Piece): number {
  return Math.max(other.left - one.right, one.left - other.right);
}

function newCell(piece: Piece): Cell {
  return { ...piece, pieces: [piece], blank: false, leftward: weight(piece) };
}

function weight({ text, isLeftward }: Piece): number {
  return isLeftward ? text.length : -text.length;
}

function addTo(cell: Cell, piece: Piece): void {
  const last = cell.pieces.at(-1) ?? piece;
  const areWide = wide.test(cell.text.at(-1) ?? "") && wide.test(piece.text.at(0) ?? "");
  const isApart = gapBetween(last, piece) > (areWide ? wordGap.wide : wordGap.narrow) * piece.size;
  const isSpaced = /\s$/.test(cell.text) || /^\s/.test(piece.text);
  const blank = !isSpaced && ((piece.isSpaced === true && !areWide) || isApart) ? " " : "";
  Object.assign(cell, {
    text: cell.text + blank + piece.text,
    left: Math.min(cell.left, piece.left),
    right: Math.max(cell.right, piece.right),
    size: Math.max(cell.size, piece.size),
    blank: false,
    leftward: cell.leftward + weight(piece),
  });
  cell.pieces.push(piece);
}

function joined([first, ...others]: readonly Piece[]): Cell {
  if (first === undefined) throw new Error("a cell has a piece");
  const cell = newCell(first);
  for (const piece of others) addTo(cell, piece);
  return cell;
}

const wide = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}、。，！？「」（）]/u;

/** Dots that lead the eye from a name to its price or page. */
const leader = /(?:[.…·_]\s?){5,}/g;

function lineOfCell(cell: Cell, isTurned: boolean): PdfLine {
  const { left, right, y, size, leftward } = cell;
  const [start, end] = leftward > 0 ? [-right, -left] : [left, right];
  const read = leftward > 0 && isTurned ? joined(inReadingOrder(cell.pieces)).text : cell.text;
  const text = leftward > 0 ? withBrackets(read) : read;
  const led = text.replaceAll(leader, "… ");
  const line: PdfLine = { text: led, start, end, y, bottom: y, size, isRow: false, isLoose: led !== text };
  const parts = partsOf(cell);
  return parts.length < 2 || line.isLoose ? line : { ...line, parts: parts.map((part) => lineOfCell(joined(part), isTurned)) };
}

/** Pieces of one line, taken apart where they stand further from each other than words do. */
function partsOf({ pieces }: Cell): Piece[][] {
  const parts: Piece[][] = [];
  for (const piece of pieces) {
    const last = parts.at(-1)?.at(-1);
    if (last === undefined || gapBetween(last, piece) > partGap * piece.size) parts.push([piece]);
    else parts.at(-1)?.push(piece);
  }
  return parts;
}

/** Lines with the large letter that begins a chapter where it belongs. */
function withInitials(lines: readonly PdfLine[]): PdfLine[] {
  return lines.flatMap((line, i) => {
    const [before, next] = [lines[i - 1], lines[i + 1]];
    if (next !== undefined && isInitial(line, next)) return [];
    return before !== undefined && isInitial(before, line) ? [{ ...line, text: before.text.trim() + line.text }] : [line];
  });
}

function isInitial(line: PdfLine, next: PdfLine): boolean {
  return /^\s*\p{Lu}\s*$/u.test(line.text) && line.size > next.size * 1.5 && /^\p{Ll}/u.test(next.text);
}
