import { analyze, askedFact, contentTerms, contradicts } from "@parlance/language";
import type { Candidate } from "./candidates.ts";

/**
 * Candidates without products and rows of tables that a question passes over by naming another: a question about one product is not
 * answered with its neighbour's price. One is passed over when the question holds words of another's name, and of its own name only
 * some of those, or none.
 */
export function withoutNeighbours(candidates: readonly Candidate[], question: string): Candidate[] {
  const named = candidates.map((candidate) => namedBy(candidate, question));
  return candidates.filter((_, index) => {
    const own = named[index];
    return own === undefined || !named.some((other) => other?.group === own.group && isPart(own.words, other.words));
  });
}

/**
 * Candidates without those that tell the asked fact with what the question leaves out, or the other way round. All of them where none else is left, and
 * for what is answered by yes or no: "only with a contract" answers whether it comes without.
 */
export function withoutOpposites(candidates: readonly Candidate[], question: string): readonly Candidate[] {
  const agreeing = candidates.filter(({ passage: { language }, text }) => {
    return askedFact(question, language) === undefined || !contradicts(question, text, language);
  });
  return agreeing.length > 0 ? agreeing : candidates;
}

interface Named {
  /** What may be meant instead: all products, or all rows of one table. */
  group: string;
  /** Words of its name that the question holds. */
  words: ReadonlySet<string>;
}

function namedBy(candidate: Candidate, question: string): Named | undefined {
  const { passage, rank, anchor } = candidate;
  const isProduct = passage.sourceType === "product";
  const name = isProduct ? anchor?.text.replace(/^[^:]{0,60}:/, "") : firstCell(candidate);
  if (name === undefined) return undefined;
  const asked = new Set(contentTerms(question, passage.language));
  const words = new Set(analyze(name, passage.language).filter((word) => asked.has(word)));
  return { group: isProduct ? "product" : `${rank} ${anchor?.start ?? ""}`, words };
}

/** undefined for what is no row of a table. */
function firstCell({ passage: { text }, start, end }: Candidate): string | undefined {
  const line = text.slice(text.lastIndexOf("\n", start - 1) + 1, end);
  return /^\s*\|\s*([^|\n]{1,200})\|/.exec(line)?.[1];
}

/** Whether one holds less than all of the other, and nothing else. */
export function isPart(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size < other.size && [...one].every((word) => other.has(word));
}
