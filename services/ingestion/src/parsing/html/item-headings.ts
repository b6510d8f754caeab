/** As much of a node as is asked here. */
interface Node {
  nodeName: string;
  parentNode: Node | null;
  previousSibling: Node | null;
  textContent: string | null;
}

/** Shorter items are entries of a list, with a heading for their name; longer ones are sections of the page. */
const longestEntry = 400;
/** From a heading to the item that it is in. */
const mostHops = 20;

export interface ItemHeadings {
  /** Whether a heading is one of the text: not the name of a list's entry, which stays one with what is beside it. */
  isHeading(node: Node): boolean;
  /** Whether an item is a section that begins with its heading. */
  isSection(item: Node): boolean;
  /** Whether an item is an entry that begins with its name. */
  isNamed(item: Node): boolean;
}

/** Tells headings of a page from names of a list's entries: dates of events, prices of wares, stand in the same item as they. */
export function itemHeadings(): ItemHeadings {
  const sections = new WeakMap<object, boolean>();
  const named = new WeakSet<object>();
  const isSection = (heading: Node, item: Node) => {
    const found = sections.get(item) ?? ((item.textContent ?? "").length > longestEntry && leads(heading, item));
    sections.set(item, found);
    return found;
  };
  return {
    isHeading: (node) => {
      const item = itemOf(node);
      if (item === undefined) return true;
      const [isOne, isFirst] = [isSection(node, item), leads(node, item)];
      if (isFirst && !isOne) named.add(item);
      return isFirst && isOne;
    },
    isSection: (item) => sections.get(item) === true,
    isNamed: (item) => named.has(item),
  };
}

function itemOf(node: Node): Node | undefined {
  let around = node.parentNode;
  for (let hops = 0; around !== null && hops < mostHops; hops++, around = around.parentNode) {
    if (around.nodeName === "LI" || around.nodeName === "DT") return around;
  }
  return undefined;
}

/** Nothing is said in an item before its heading. */
function leads(heading: Node, item: Node): boolean {
  for (let node: Node | null = heading; node !== null && node !== item; node = node.parentNode) {
    for (let before = node.previousSibling; before !== null; before = before.previousSibling)
      if ((before.textContent ?? "").trim() !== "") return false;
  }
  return true;
}
