import { analyze, askedFact, contentTerms, contradicting } from "@parlance/language";
import type { Candidate } from "./candidate.ts";
import { oncePerLanguage } from "./once-per-language.ts";
import type { Extract } from "./spans.ts";

/**
 * Candidates without products and rows of tables that a question passes over by naming another: a question about one product is not
 * answered with its neighbour's price. One is passed over when the question holds words of another's name, and of its own name only
 * some of those, or none. A row is named by any of its cells ("When does Ada Holm speak?"), but for words of the table's head.
 */
export function withoutNeighbours(candidates: readonly Candidate[], question: string): Candidate[] {
  const asked = oncePerLanguage((language) => new Set(contentTerms(question, language)));
  const anchors = new Map<Extract, readonly string[]>();
  const named = candidates.map((candidate) => namedBy(candidate, asked(candidate.passage.language), anchors));
  // A product of thousands of lines has one name for all of them.
  const groups = Map.groupBy(
    new Map(named.flatMap((own) => (own === undefined ? [] : [[JSON.stringify([own.group, ...own.words]), own]]))).values(),
    ({ group }) => group,
  );
  return candidates.filter((_, index) => {
    const own = named[index];
    return own === undefined || groups.get(own.group)?.some((other) => isPart(own.words, other.words)) !== true;
  });
}

/**
 * Candidates without those that tell the asked fact with what the question leaves out, or the other way round. All of them where none else is left, and
 * for what is answered by yes or no: "only with a contract" answers whether it comes without.
 */
export function withoutOpposites(candidates: readonly Candidate[], question: string): readonly Candidate[] {
  const opposes = oncePerLanguage((language) => {
    return askedFact(question, language) === undefined ? () => false : contradicting(question, language);
  });
  const agreeing = candidates.filter(({ passage: { language }, text }) => !opposes(language)(text));
  return agreeing.length > 0 ? agreeing : candidates;
}

interface Named {
  /** What may be meant instead: all products, or all rows of tables with the same head. */
  group: string;
  /** Words of its name that the question holds. */
  words: ReadonlySet<string>;
}

/** @param anchors terms of those that were read before; thousands of lines may stand under one */
function namedBy(candidate: Candidate, asked: ReadonlySet<string>, anchors: Map<Extract, readonly string[]>): Named | undefined {
  const { passage, rank, anchor } = candidate;
  const isProduct = passage.sourceType === "product";
  const row = isProduct ? undefined : rowOf(candidate);
  if (isProduct ? anchor === undefined : row === undefined) return undefined;
  let above = anchor && anchors.get(anchor);
  if (anchor !== undefined && above === undefined) {
    above = analyze(isProduct ? anchor.text.replace(/^[^:]{0,60}:/, "") : anchor.text, passage.language);
    anchors.set(anchor, above);
  }
  const head = new Set(isProduct ? [] : above);
  const name = row === undefined ? (above ?? []) : analyze(row, passage.language);
  const words = new Set(name.filter((word) => asked.has(word) && !head.has(word)));
  return { group: isProduct ? "product" : (anchor?.text ?? `table ${rank}`), words };
}

/** undefined for what is no row of a table. */
function rowOf({ passage: { text }, start, end }: Candidate): string | undefined {
  const line = text.slice(text.lastIndexOf("\n", start - 1) + 1, end);
  return /^\s*\|/.test(line) ? line : undefined;
}

/** Whether one holds less than all of the other, and nothing else. */
export function isPart(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size < other.size && [...one].every((word) => other.has(word));
}
