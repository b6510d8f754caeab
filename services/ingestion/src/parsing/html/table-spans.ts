import { isLayout } from "./layout-tables.ts";
import type { parseHTML } from "linkedom";

type TableBody = ReturnType<typeof parseHTML>["document"]["body"];

/** A cell that claims more than this is decoration, or hostile. */
const mostSpanned = 20;
/** In one document; what comes after them is left as it is. */
const mostAdded = 5_000;

/**
 * Repeats each cell in all the places that it spans, so that every row of a table can be read by itself under the heads of its columns. Nothing
 * says afterwards that it spans anything.
 */
export function fillSpans(body: TableBody): void {
  fillTables(body);
  for (const name of ["rowspan", "colspan"] as const)
    for (const cell of body.querySelectorAll(`[${name}]`)) cell.removeAttribute(name);
}

function fillTables(body: TableBody): void {
  let left = mostAdded;
  for (const table of body.querySelectorAll("table")) {
    if (isLayout(table)) continue;
    /** Cells that reach down into later rows, by column. */
    let hanging = new Map<number, { cell: Element; rows: number }>();
    for (const row of table.querySelectorAll("tr")) {
      if (row.closest("table") !== table) continue;
      const cells = filled(row, hanging);
      left -= cells.length - row.children.length;
      if (left < 0) return;
      hanging = new Map(cells.flatMap(({ cell, rows }, column) => (rows > 1 ? [[column, { cell, rows: rows - 1 }] as const] : [])));
      row.replaceChildren(...cells.map(({ cell }) => cell));
    }
  }
}

type Element = ReturnType<TableBody["querySelectorAll"]>[number];

function filled(row: Element, hanging: ReadonlyMap<number, { cell: Element; rows: number }>): { cell: Element; rows: number }[] {
  const cells: { cell: Element; rows: number }[] = [];
  const own = [...row.children];
  while (own.length > 0 || hanging.has(cells.length)) {
    const above = hanging.get(cells.length);
    if (above !== undefined) {
      cells.push({ cell: copyOf(above.cell), rows: above.rows });
      continue;
    }
    const cell = own.shift();
    if (cell === undefined) break;
    const rows = spanOf(cell, "rowspan");
    cells.push({ cell, rows });
    for (let more = spanOf(cell, "colspan"); more > 1; more--) cells.push({ cell: copyOf(cell), rows });
  }
  return cells;
}

function copyOf(cell: Element): Element {
  return cell.cloneNode(true);
}

function spanOf(cell: Element, name: "rowspan" | "colspan"): number {
  const span = Number(cell.getAttribute(name) ?? 1);
  return Number.isInteger(span) && span > 1 && span <= mostSpanned ? span : 1;
}
