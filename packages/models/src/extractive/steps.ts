import { extract, type Extract } from "./spans.ts";

/** More words than a reader follows at once. */
const longest = 90;
const step = /^[ \t]*(\d{1,2})[.)][ \t]+\S/u;

/** Lists of a text that count their entries from one, without a blank line between, as long as they are short. */
export function stepLists(text: string): Extract[] {
  const lists: Extract[] = [];
  let open: { start: number; end: number; count: number } | undefined;
  const close = () => {
    if (open && open.count > 1) {
      lists.push(extract(text, open));
    }
    open = undefined;
  };
  let at = 0;
  for (const line of text.split("\n")) {
    const count = Number(step.exec(line.slice(0, 40))?.[1] ?? 0);
    if (count === 1 || count !== (open?.count ?? 0) + 1) {
      close();
    }
    const end = at + line.trimEnd().length;
    if (count === 1) {
      open = { start: at + (line.length - line.trimStart().length), end, count };
    } else if (open) {
      open = { ...open, end, count };
    }
    at += line.length + 1;
  }
  close();
  return lists.filter(({ length }) => length <= longest);
}
