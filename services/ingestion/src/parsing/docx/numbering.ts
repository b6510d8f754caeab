import { writtenNumber } from "../html/list-numbers.ts";
import { elementsOf, type XmlElement } from "./xml.ts";

/** What a paragraph says of its place in a list; absent where its style decides. */
export interface NumberedParagraph {
  styleId?: string | undefined;
  numId?: string | undefined;
  level?: string | undefined;
}

/** Gives the paragraphs of a document, asked for in their order, the numbers that are shown before them; "" for none. */
export type Numbering = (paragraph: NumberedParagraph) => string;

interface Level {
  start: number;
  format: string;
  /** Such as `%1.%2.`, with the numbers of this level and those above it. */
  text: string;
}

interface List {
  /** Lists of the same one are counted on. */
  abstractId: string;
  levels: ReadonlyMap<number, Level>;
  /** Where levels begin anew with this list. */
  starts: ReadonlyMap<number, number>;
}

/** Counts as Word does: a list goes on after what stands between its items, and each level begins anew below the next item above it. */
export function numberingOf(xml: { numbering: string; styles: string }): Numbering {
  const lists = listsOf(xml.numbering);
  const styles = numberedStyles(xml.styles, xml.numbering);
  const counts = new Map<string, number[]>();
  const begun = new Set<string>();
  return ({ styleId = "", numId, level }) => {
    const style = styles.get(styleId);
    const id = numId ?? style?.numId ?? "";
    const list = lists.get(id);
    const at = Number(level ?? style?.level ?? 0);
    const own = list?.levels.get(at);
    if (list === undefined || own === undefined) return "";
    const known = counts.get(list.abstractId) ?? [];
    counts.set(list.abstractId, known);
    const start = begun.has(`${id} ${at}`) ? undefined : list.starts.get(at);
    begun.add(`${id} ${at}`);
    known[at] = start ?? (known[at] === undefined ? own.start : known[at] + 1);
    known.length = at + 1;
    if (own.format === "bullet" || own.format === "none") return "";
    return own.text
      .replaceAll(/%([1-9])/g, (_, digit: string) => {
        const of = Number(digit) - 1;
        const shown = list.levels.get(of);
        return shown === undefined ? "" : writtenNumber(known[of] ?? shown.start, shown.format);
      })
      .trim();
  };
}

function valueOf(element: XmlElement | undefined, name: string): string | undefined {
  return element?.getElementsByTagName(name)[0]?.getAttribute("w:val") ?? undefined;
}

function listsOf(xml: string): Map<string, List> {
  const abstracts = new Map(
    elementsOf(xml, "w:abstractNum").map((element) => [element.getAttribute("w:abstractNumId") ?? "", element]),
  );
  const lists = new Map<string, List>();
  for (const element of elementsOf(xml, "w:num")) {
    const abstractId = valueOf(element, "w:abstractNumId") ?? "";
    const levels = new Map([...levelsOf(abstracts.get(abstractId)), ...levelsOf(element)]);
    const starts = new Map<number, number>();
    for (const override of element.getElementsByTagName("w:lvlOverride")) {
      const start = valueOf(override, "w:startOverride");
      if (start !== undefined) starts.set(Number(override.getAttribute("w:ilvl")), Number(start));
    }
    lists.set(element.getAttribute("w:numId") ?? "", { abstractId, levels, starts });
  }
  return lists;
}

function levelsOf(element: XmlElement | undefined): [number, Level][] {
  return [...(element?.getElementsByTagName("w:lvl") ?? [])].map((level) => [
    Number(level.getAttribute("w:ilvl")),
    {
      start: Number(valueOf(level, "w:start") ?? 1),
      format: valueOf(level, "w:numFmt") ?? "decimal",
      text: valueOf(level, "w:lvlText") ?? "",
    },
  ]);
}

/** Styles name a list, and the list's levels the styles that they are of. */
function numberedStyles(styles: string, numbering: string): Map<string, { numId: string; level: string }> {
  const levels = new Map(
    elementsOf(numbering, "w:lvl").map((level) => [valueOf(level, "w:pStyle") ?? "", level.getAttribute("w:ilvl") ?? "0"]),
  );
  const numbered = new Map<string, { numId: string; level: string }>();
  for (const style of elementsOf(styles, "w:style")) {
    const id = style.getAttribute("w:styleId") ?? "";
    const numId = valueOf(style, "w:numId");
    if (numId !== undefined) numbered.set(id, { numId, level: valueOf(style, "w:ilvl") ?? levels.get(id) ?? "0" });
  }
  return numbered;
}
