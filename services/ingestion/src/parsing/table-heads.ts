import { measure } from "../domain/text-measure.ts";

/** With a title or a sentence above it, a table of this size is one chunk. */
const largestTable = 800;

/**
 * A text whose long tables are several that follow each other, each under the head of the whole, as long tables are printed: a passage from
 * the middle of one would not say what its columns are. Takes linear time.
 */
export function withTableHeads(text: string): string {
  const pieces: string[] = [];
  let done = 0;
  for (let start = nextTable(text, 0); start !== -1;) {
    const end = endOfTable(text, start);
    const head = headOf(text, start, end);
    if (head !== undefined && !text.startsWith("```", lineBefore(text, start))) {
      for (const cut of cutsIn(text, { start: start + head.length + 1, end, head })) {
        pieces.push(text.slice(done, cut), "\n", head, "\n");
        done = cut;
      }
    }
    start = nextTable(text, end);
  }
  return done === 0 ? text : pieces.join("") + text.slice(done);
}

function nextTable(text: string, from: number): number {
  if (from === 0 && text.startsWith("|")) return 0;
  const found = text.indexOf("\n|", Math.max(from - 1, 0));
  return found === -1 ? -1 : found + 1;
}

/** Behind the line break that ends the last row, if there is one. */
function endOfTable(text: string, start: number): number {
  let end = start;
  while (text.startsWith("|", end)) end = endOfLine(text, end) + 1;
  return Math.min(end, text.length);
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

function lineBefore(text: string, start: number): number {
  return start < 2 ? 0 : text.lastIndexOf("\n", start - 2) + 1;
}

const longestHead = 300;

/** The first row, with the rule under it: where it alone names things, and those below have several columns or give figures. */
function headOf(text: string, start: number, end: number): string | undefined {
  const head = text.slice(start, Math.min(endOfLine(text, start), start + longestHead + 1));
  if (head.length > longestHead || !/^\|.*\p{L}.*\|\s*$/u.test(head) || /\p{Nd}/u.test(head)) return undefined;
  const below = text.slice(start + head.length + 1, Math.min(endOfLine(text, start + head.length + 1), end));
  if (/^\|[\s:|-]+$/.test(below)) return `${head}\n${below}`;
  if (!below.startsWith("|")) return undefined;
  return head.split("|").length > 4 || givesFigures(text, { start: start + head.length + 1, end }) ? head : undefined;
}

/** Rows of two cells may be properties of one thing, which have no head. */
function givesFigures(text: string, { start, end }: { start: number; end: number }): boolean {
  const rows: string[] = [];
  for (let row = start; row < end && rows.length < looked; row = endOfLine(text, row) + 1)
    rows.push(text.slice(row, Math.min(endOfLine(text, row), row + longestHead)));
  return rows.filter((row) => /\p{Nd}[^|]*\|\s*$/u.test(row)).length > rows.length * 0.75;
}

const looked = 20;

/** Where rows begin before which a table is cut. */
function* cutsIn(text: string, { start, end, head }: { start: number; end: number; head: string }): Generator<number> {
  const headSize = measure(head, { start: 0, end: head.length });
  let size = headSize;
  for (let row = start; row < end; row = endOfLine(text, row) + 1) {
    const own = measure(text, { start: row, end: endOfLine(text, row) });
    if (size + own > largestTable && row > start) {
      yield row;
      size = headSize;
    }
    size += own;
  }
}
