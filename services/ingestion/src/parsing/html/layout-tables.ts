/** As much of a node as is asked here; readers of several kinds have it. */
export interface TableNode {
  nodeName: string;
  parentNode: object | null;
}

/**
 * Tells cells of tables that only place things on a page, as pages once were built: by their role, or because a cell holds another table, a
 * heading or code, which no cell of data does. What is in them is read as if no table were around it.
 */
export function layoutTables(): (node: TableNode) => boolean {
  const known = new WeakMap<object, boolean>();
  return (node) => {
    const table = tableOf(node);
    if (table === undefined) return false;
    const found = known.get(table) ?? isLayout(table);
    known.set(table, found);
    return found;
  };
}

export interface Table extends TableNode {
  querySelectorAll(
    selectors: string,
  ): Iterable<{ nodeName: string; parentElement: { closest(selectors: string): object | null } | null }>;
  contains(node: object): boolean;
  getAttribute(name: string): string | null;
}

function tableOf(node: TableNode): Table | undefined {
  let outer: object | null = node;
  for (let hops = 0; outer !== null && hops < mostHops; hops++) {
    if (isNode(outer) && outer.nodeName === "TABLE") return outer as Table;
    outer = isNode(outer) ? outer.parentNode : null;
  }
  return undefined;
}

/** From a cell to its table, with the row and the part of the table between. */
const mostHops = 6;

function isNode(object: object): object is TableNode {
  return "nodeName" in object && "parentNode" in object;
}

/** Whether a table only places things on a page. */
export function isLayout(table: Table): boolean {
  if (/^(?:presentation|none)$/i.test(table.getAttribute("role") ?? "")) return true;
  let rows = 0;
  let holdsCode = false;
  for (const { nodeName, parentElement } of table.querySelectorAll("table, h1, h2, h3, h4, h5, h6, tr, pre")) {
    if (nodeName === "TR") rows++;
    holdsCode ||= nodeName === "PRE";
    if (nodeName === "TR" || nodeName === "PRE") continue;
    const cell = parentElement?.closest("td");
    // The caption of a table may be a heading, and stand in a cell of another.
    if (cell != null && table.contains(cell)) return true;
  }
  // A single row that holds code has the numbers of its lines beside it, or more code.
  return holdsCode && rows === 1;
}
