/** A piece of text as pdf.js gives it, in points. */
export interface TextItem {
  str: string;
  hasEOL: boolean;
  /** Matrix; the last two are the place of its start, from the page's left and foot. */
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
  return lines;
}

/** Blank space that no justified line has, in sizes of its letters. */
const columnGap = 2;

function* cellsByLine(items: readonly TextItem[]): Generator<PdfLine[]> {
  let cells: PdfLine[] = [];
  for (const item of items) {
    const size = item.height > 0 ? item.height : Math.hypot(Number(item.transform[2]), Number(item.transform[3]));
    const last = cells.at(-1);
    if (item.str.trim() === "") {
      if (last !== undefined && item.str !== "" && item.width <= last.size * columnGap) last.text += " ";
    } else {
      const cell = cellOf(item, size);
      const gap = last === undefined ? 0 : cell.start - last.end;
      if (last === undefined || gap > columnGap * size || gap < -last.size * 60) cells.push(cell);
      else Object.assign(last, { text: last.text + cell.text, end: cell.end, size: Math.max(last.size, size) });
    }
    if (!item.hasEOL) continue;
    yield cells;
    cells = [];
  }
  yield cells;
}

function cellOf({ str, transform, width, dir }: TextItem, size: number): PdfLine {
  const x = Number(transform[4]);
  const [start, end] = dir === "rtl" ? [-x - width, -x] : [x, x + width];
  return { text: str, start, end, y: Number(transform[5]), size, isRow: false };
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
