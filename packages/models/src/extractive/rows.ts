import { analyze, contentTerms, contradicting } from "@parlance/language";
import type { Candidate } from "./candidate.ts";
import { isPart } from "./named.ts";
import type { Span } from "./spans.ts";

/** What is shown of a cell, and what is said before it. */
export interface ShownCell extends Span {
  before: string;
}

/** Says by itself what it counts: a word, a currency or a percentage. */
const speaking = /[\p{L}\p{Sc}%°]/u;

/**
 * A row of a table as a reader wants it: its name, then what stands in the columns that the question names, or in all of them when it names
 * none, each under its head. undefined for what is no row, and for a row of three cells or more whose heads are unknown.
 */
export function shownCells(candidate: Candidate, question: string): ShownCell[] | undefined {
  const { passage, anchor } = candidate;
  const cells = cellsAt(passage.text, candidate);
  const [name, ...values] = cells ?? [];
  if (candidate.cutBefore || candidate.cutAfter || name === undefined || values.length === 0) return undefined;
  const heads = (anchor && cellsAt(passage.text, anchor))?.map((head) => passage.text.slice(head.start, head.end));
  const headOf = (value: Span) => heads?.[cells?.indexOf(value) ?? 0] ?? "";
  if (heads === undefined && values.length > 1) return undefined;
  const shown = namedColumns(values, headOf, { candidate, question }).filter(({ start, end }) => end > start);
  const isNamed = name.end > name.start;
  const described = shown.map((value, index) => {
    const head = headOf(value);
    const isPlain = head === "" || (values.length === 1 && speaking.test(passage.text.slice(value.start, value.end)));
    const between = index > 0 ? "; " : isPlain ? ": " : " – ";
    return { ...value, before: `${index > 0 || isNamed ? between : ""}${isPlain ? "" : `${head}: `}` };
  });
  return isNamed ? [{ ...name, before: "" }, ...described] : described;
}

/**
 * Those whose heads the question names, without the ones of which it holds only what another's head has as well, and without those that it leaves
 * out: asked for "without catering", a price "with catering" is none.
 */
function namedColumns(
  all: Span[],
  headOf: (value: Span) => string,
  { candidate: { passage }, question }: { candidate: Candidate; question: string },
): Span[] {
  const opposes = contradicting(question, passage.language);
  const agreeing = all.filter((value) => !opposes(headOf(value)));
  const values = agreeing.length > 0 ? agreeing : all;
  const asked = new Set(contentTerms(question, passage.language));
  const named = values.map((value) => new Set(analyze(headOf(value), passage.language).filter((word) => asked.has(word))));
  const chosen = values.filter((_, index) => {
    const own = named[index];
    return own !== undefined && own.size > 0 && !named.some((other) => isPart(own, other));
  });
  return chosen.length > 0 ? chosen : values;
}

/** The cells of the line that a span stands in, without white space around them; undefined when the line is no row of a table. */
function cellsAt(text: string, { start, end }: Span): Span[] | undefined {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const line = text.slice(
    from,
    text.startsWith("|", end) ? end : end + (/^[ \t]*(?=\|)/.exec(text.slice(end, end + 8))?.[0].length ?? 0),
  );
  if (line.includes("\n") || !/^[ \t]*\|/.test(line)) return undefined;
  let at = from + line.indexOf("|") + 1;
  return text
    .slice(at, from + line.length)
    .split("|")
    .map((cell) => {
      const inner = at + (cell.length - cell.trimStart().length);
      const span = { start: inner, end: Math.max(inner, at + cell.trimEnd().length) };
      at += cell.length + 1;
      return span;
    });
}
