import type { PdfLine } from "./pdf-text.ts";
import { isUnder, placed } from "./tables.ts";

/** Lines of a page that are drawn about as near to each other as rows of one table, and how many of them must have the same columns. */
const lookedAround = 6;
const leastAlike = 2;
/** How exactly cells stand under each other, in sizes of the letters; words that happen to do so do not stand in all columns. */
const exactly = 0.1;

/**
 * Lines whose columns are near each other, taken apart into cells: where they stand further apart than words do, and lines around have all
 * their parts under the same columns.
 */
export function withNarrowColumns(drawn: readonly (readonly PdfLine[])[]): (readonly PdfLine[])[] {
  const parted = drawn.map((cells) => cells.flatMap((cell) => cell.parts ?? [cell]));
  return drawn.map((cells, i) => {
    const parts = parted[i] ?? [];
    if (parts.length === cells.length) return cells;
    let alike = 0;
    for (let j = Math.max(i - lookedAround, 0); j <= i + lookedAround && alike < leastAlike; j++) {
      if (j !== i && haveSameColumns(parts, parted[j] ?? [])) alike++;
    }
    return alike < leastAlike ? cells : parts;
  });
}

function haveSameColumns(one: readonly PdfLine[], other: readonly PdfLine[]): boolean {
  const [few, many] = one.length <= other.length ? [one, other] : [other, one];
  if (few.length < 2) return false;
  if (few.length < many.length) return !isJustified(many) && placed(few, many, exactly) !== undefined;
  if (many.length === 2 || isJustified(one)) return few.every((cell, i) => isAt(cell, many[i]));
  return few.every((cell, i) => isUnder(cell, many[i] ?? cell, exactly));
}

/** Whether blanks are all of one width, as in lines whose words are set apart to fill it. */
function isJustified(parts: readonly PdfLine[]): boolean {
  const gaps = parts.slice(1).map(({ start }, i) => start - (parts[i]?.end ?? start));
  return Math.max(...gaps) - Math.min(...gaps) < exactly * (parts[0]?.size ?? 0);
}

function isAt(cell: PdfLine | undefined, other: PdfLine | undefined): boolean {
  return cell !== undefined && other !== undefined && Math.abs(cell.start - other.start) < exactly * cell.size;
}

/** Furthest that the lines of one cell are from each other, in sizes of the letters. */
const cellGap = 1.6;

/**
 * Rows of tables whose cells have several lines. Programs draw a cell as a whole, then the next to its right: where a line goes on under the
 * last cell it is of that cell, where it goes on beside the row it begins the next one.
 */
export function withWrappedCells(drawn: readonly (readonly PdfLine[])[]): (readonly PdfLine[])[] {
  const rows: PdfLine[][] = [];
  for (const cells of drawn) {
    const [only] = cells;
    if (only === undefined) continue;
    const row = rows.at(-1);
    if (row !== undefined && cells.length === 1 && continuesCell(row, only)) continue;
    const first = wrappedFirst(rows, cells);
    if (row !== undefined && row.length > 1 && standsBeside(row, only)) row.push(...cells);
    else if (first !== undefined) rows.splice(-first.lines, first.lines, [first.cell, ...cells]);
    else rows.push([...cells]);
  }
  return rows;
}

/** Adds a line to the cell of the last row that it goes on with, if there is one; to the first cell of a row nothing is added. */
function continuesCell(row: PdfLine[], line: PdfLine): boolean {
  const near = (cell: PdfLine) => cell.bottom > line.y && cell.bottom - line.y < cellGap * line.size;
  const at = row.findIndex((cell, i) => i > 0 && near(cell) && Math.abs(cell.start - line.start) < line.size / 2);
  const cell = row[at];
  if (cell === undefined) return false;
  row[at] = underneath(cell, line);
  return true;
}

function underneath(cell: PdfLine, line: PdfLine): PdfLine {
  const { parts: _, ...whole } = cell;
  const text = `${cell.text.trimEnd()} ${line.text.trimStart()}`;
  return { ...whole, text, bottom: line.y, start: Math.min(cell.start, line.start), end: Math.max(cell.end, line.end) };
}

/** Whether a line is at the height of a row, and behind all of its cells. */
function standsBeside(row: readonly PdfLine[], line: PdfLine): boolean {
  const [top, bottom] = [Math.max(...row.map(({ y }) => y)), Math.min(...row.map((cell) => cell.bottom))];
  const isAtHeight = line.y < top + cellGap * line.size && line.y > bottom - line.size / 2;
  return isAtHeight && row.every(({ end }) => line.start > end);
}

/** Lines that the first cell of a row may have. */
const mostLines = 6;

/** The last lines as the first cell of the row that is drawn to the end with `cells`, where such a row stands above. */
function wrappedFirst(rows: readonly PdfLine[][], cells: readonly PdfLine[]): { cell: PdfLine; lines: number } | undefined {
  let lines = 0;
  let cell: PdfLine | undefined;
  for (; lines <= mostLines; lines++) {
    const row = rows[rows.length - 1 - lines];
    const [line] = row ?? [];
    if (row === undefined || line === undefined) return undefined;
    if (row.length > 1) {
      const isRow = cell !== undefined && isAt(cell, line) && standsBeside([cell], cells[0] ?? cell);
      return isRow && cell !== undefined && placed([cell, ...cells], row) !== undefined ? { cell, lines } : undefined;
    }
    const goesOn = cell === undefined || (isAt(cell, line) && line.y > cell.y && line.y - cell.y < cellGap * line.size);
    if (!goesOn) return undefined;
    cell = cell === undefined ? line : { ...underneath(line, cell), bottom: cell.bottom };
  }
  return undefined;
}
