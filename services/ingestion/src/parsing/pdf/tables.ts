import type { PdfLine } from "./lines.ts";

/** Whether a line's cells stand under those of the lines above it; some of them may be missing. */
export function continuesTable(run: readonly PdfLine[][], cells: readonly PdfLine[]): boolean {
  const widest = widestOf(run);
  if (widest.length === cells.length) return true;
  return widest.length > cells.length ? placed(cells, widest) !== undefined : placed(widest, cells) !== undefined;
}

/** Cells as long as this are lines of columns of prose. */
const proseLength = 25;

/** Lines of several cells that stand under each other: columns of prose one after the other, all else as rows of a table. */
export function rowsOrColumns(run: readonly PdfLine[][]): PdfLine[] {
  const widest = widestOf(run);
  const rows = run.map((cells) => placed(cells, widest) ?? cells);
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
  const widest = rows.reduce((most, other) => (other.length > most.length ? other : most), row);
  const columns = widest.map((_, i) => rows.find((other) => other.length === widest.length && other[i] !== undefined)?.[i]);
  const known = columns.filter((column) => column !== undefined);
  const isShort = row.length < columns.length && known.length === columns.length;
  const text = rowText((isShort ? placed(cells, known) : undefined) ?? row);
  return { ...first, text, end: Math.max(...cells.map(({ end }) => end)), isRow: true };
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
