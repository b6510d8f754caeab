import type { PdfLine } from "./pdf-text.ts";

/** Whether a line's cells stand under those of the lines above it; some of them may be missing. */
export function continuesTable(run: readonly PdfLine[][], cells: readonly PdfLine[]): boolean {
  const widest = widestOf(run);
  if (widest.length === cells.length) return true;
  return widest.length > cells.length ? placedAmong(cells, run) !== undefined : placed(widest, cells) !== undefined;
}

/** Cells as long as this are lines of columns of prose. */
const proseLength = 25;

/** Lines of several cells that stand under each other: columns of prose one after the other, all else as rows of a table. */
export function rowsOrColumns(run: readonly PdfLine[][]): PdfLine[] {
  const widest = widestOf(run);
  const rows = run.map((cells) => (cells.length < widest.length ? placedAmong(cells, run) : undefined) ?? cells);
  const columns = widest.map((_, i) => rows.flatMap((cells) => cells[i] ?? []));
  const areProse = columns.every((column) => column.reduce((sum, { text }) => sum + text.length, 0) > proseLength * column.length);
  if (areProse) return columns.flat();
  return rows.map((row, i) => ({ ...oneLine(run[i] ?? []), text: rowText(row), isRow: true }));
}

/** The cells of a row in their order; undefined for an empty one. */
export type TableRow = readonly (PdfLine | undefined)[];

/** A row of a table whose cells are known, as a line; one that has fewer cells than others has them in their columns. undefined when all are empty. */
export function rowLine(row: TableRow, rows: readonly TableRow[]): PdfLine | undefined {
  const cells = row.filter((cell) => cell !== undefined);
  const [first] = cells;
  if (first === undefined) return undefined;
  const most = rows.reduce((length, other) => Math.max(length, other.length), row.length);
  const full = row.length === most ? [] : rows.filter((other) => other.length === most).filter(isFull);
  const text = rowText((full.length > 0 ? placedAmong(cells, full) : undefined) ?? row);
  return { ...first, text, end: Math.max(...cells.map(({ end }) => end)), isRow: true };
}

function isFull(row: TableRow): row is readonly PdfLine[] {
  return row.every((cell) => cell !== undefined);
}

/** Cells that stand apart but in no table, as one line. */
export function oneLine(cells: readonly PdfLine[]): PdfLine {
  const [first, last] = [cells[0], cells.at(-1)];
  if (first === undefined || last === undefined) throw new Error("a line has a cell");
  return { ...first, text: cells.map(({ text }) => text.trim()).join(" "), end: last.end, isLoose: cells.length > 1 };
}

function widestOf(run: readonly PdfLine[][]): PdfLine[] {
  return run.reduce<PdfLine[]>((widest, cells) => (cells.length > widest.length ? cells : widest), []);
}

/** Rows among which one is sought that is aligned as another is; heads mostly stand in the middle of their columns. */
const mostTried = 4;

/** Cells by the columns of one of the widest rows that they stand under, in order; undefined when they stand under none. */
function placedAmong(cells: readonly PdfLine[], rows: readonly (readonly PdfLine[])[]): (PdfLine | undefined)[] | undefined {
  const most = rows.reduce((length, row) => Math.max(length, row.length), 0);
  let tried = 0;
  for (const row of rows) {
    if (row.length < most) continue;
    const found = placed(cells, row);
    if (found !== undefined || ++tried >= mostTried) return found;
  }
  return undefined;
}

/** Cells by the columns that they stand in, in order; undefined when one stands in none. */
export function placed(cells: readonly PdfLine[], columns: readonly PdfLine[], tolerance = 1): (PdfLine | undefined)[] | undefined {
  if (cells.length === columns.length) return [...cells];
  const row: (PdfLine | undefined)[] = [];
  for (const cell of cells) {
    const column = columns.findIndex((other, i) => i >= row.length && isUnder(cell, other, tolerance));
    if (column === -1) return undefined;
    while (row.length < column) row.push(undefined);
    row.push(cell);
  }
  while (row.length < columns.length) row.push(undefined);
  return row;
}

/** Aligned to the left, to the right or in the middle. */
export function isUnder(cell: PdfLine, other: PdfLine, tolerance: number): boolean {
  const [start, end] = [cell.start - other.start, cell.end - other.end];
  return Math.min(Math.abs(start), Math.abs(end), Math.abs(start + end) / 2) < cell.size * tolerance;
}

function rowText(cells: readonly (PdfLine | undefined)[]): string {
  return `| ${cells.map((cell) => cell?.text.trim().replaceAll("|", "/") ?? "").join(" | ")} |`;
}
