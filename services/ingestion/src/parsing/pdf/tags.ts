import { areTurned, linesOf } from "./lines.ts";
import type { PdfLine, TextItem } from "./pdf-text.ts";
import { rowLine, type TableRow } from "./tables.ts";

/** A part of a page as its author's program named it, as pdf.js gives it: a role with parts, or the id of a piece of content. */
export interface TagNode {
  role?: string;
  children?: readonly TagNode[];
  id?: string;
}

/** A piece of text and the id of the content that it is a piece of. */
export interface TaggedItem extends TextItem {
  contentId?: string | undefined;
}

interface Table {
  /** Ids of the contents of each cell, row by row. */
  rows: string[][][];
}

/** What is read by its tags: a heading with its level, or a table. */
type Unit = { level: number } | Table;

/** Deeper ones are none that a person made. */
const deepest = 100;

/** The headings and tables of a page, by the ids of their contents. */
export function unitsOf(root: TagNode): Map<string, Unit> {
  const units = new Map<string, Unit>();
  const walk = (node: TagNode, depth: number) => {
    if (depth > deepest) return;
    const unit = unitOf(node);
    if (unit === undefined) for (const child of node.children ?? []) walk(child, depth + 1);
    else for (const id of idsIn(node, depth)) units.set(id, unit);
  };
  walk(root, 0);
  return units;
}

function unitOf(node: TagNode): Unit | undefined {
  const level = /^H([1-6])?$/.exec(node.role ?? "");
  if (level !== null) return { level: Number(level[1] ?? 2) };
  if (node.role !== "Table") return undefined;
  const rows = rowsIn(node, 0).map(({ children = [] }) => children.filter(isCell));
  // What has one column only places things, and so does what holds another table.
  const isData = rows.length > 1 && rows.some((cells) => cells.length > 1) && !rows.flat().some((cell) => holdsTable(cell, 0));
  return isData ? { rows: rows.map((cells) => cells.map((cell) => idsIn(cell, 0))) } : undefined;
}

function isCell({ role }: TagNode): boolean {
  return role === "TH" || role === "TD";
}

function rowsIn(node: TagNode, depth: number): TagNode[] {
  if (depth > deepest) return [];
  return (node.children ?? []).flatMap((child) => {
    if (child.role === "TR") return [child];
    return /^T(?:Head|Body|Foot)$/.test(child.role ?? "") ? rowsIn(child, depth + 1) : [];
  });
}

function holdsTable({ role, children = [] }: TagNode, depth: number): boolean {
  return role === "Table" || (depth <= deepest && children.some((child) => holdsTable(child, depth + 1)));
}

function idsIn({ id, children = [] }: TagNode, depth: number): string[] {
  if (id !== undefined) return [id];
  return depth > deepest ? [] : children.flatMap((child) => idsIn(child, depth + 1));
}

/** The lines of a page, of which headings and tables are what their tags say; all else is told by where it stands. */
export function linesByTags(items: readonly TaggedItem[], units: ReadonlyMap<string, Unit>): PdfLine[] {
  const isTurned = areTurned(items);
  const contents = new Map<Unit, TaggedItem[]>();
  const parts: (TaggedItem[] | Unit)[] = [];
  let run: TaggedItem[] = [];
  for (const item of items) {
    const unit = units.get(item.contentId ?? "");
    const known = unit === undefined ? run : contents.get(unit);
    if (known !== undefined) known.push(item);
    if (known !== undefined || unit === undefined) continue;
    contents.set(unit, [item]);
    parts.push(run, unit);
    run = [];
  }
  return [...parts, run].flatMap((part) => {
    if (Array.isArray(part)) return linesOf(part, isTurned);
    const own = contents.get(part) ?? [];
    return "rows" in part ? tableLines(part, own, isTurned) : headingLines(part.level, linesOf(own, isTurned));
  });
}

function headingLines(level: number, lines: readonly PdfLine[]): PdfLine[] {
  const [first, last] = [lines[0], lines.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [{ ...first, text: textOf(lines), bottom: last.bottom, end: Math.max(...lines.map(({ end }) => end)), level }];
}

/** Cells that hold more on average are columns of a page. */
const longestCell = 500;

function tableLines({ rows }: Table, items: readonly TaggedItem[], isTurned: boolean): PdfLine[] {
  const byId = Map.groupBy(items, ({ contentId }) => contentId ?? "");
  const filled: TableRow[] = rows.map((cells) =>
    cells.map((ids) =>
      cellOf(
        linesOf(
          ids.flatMap((id) => byId.get(id) ?? []),
          isTurned,
        ),
      ),
    ),
  );
  const cells = filled.flat().filter((cell) => cell !== undefined);
  const isProse = cells.reduce((sum, { text }) => sum + text.length, 0) > longestCell * cells.length;
  return isProse ? linesOf(items, isTurned) : filled.flatMap((row) => rowLine(row, filled) ?? []);
}

function cellOf(lines: readonly PdfLine[]): PdfLine | undefined {
  const [first, last] = [lines[0], lines.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const [start, end] = [Math.min(...lines.map((line) => line.start)), Math.max(...lines.map((line) => line.end))];
  return { ...first, text: textOf(lines), start, end, bottom: last.bottom };
}

function textOf(lines: readonly PdfLine[]): string {
  return lines
    .map(({ text }) => text.trim())
    .filter((text) => text !== "")
    .join(" ");
}
