import { analyze, askedFact, contentTerms, contradicting } from "@parlance/language";
import type { Candidate } from "./candidate.ts";
import { oncePerLanguage } from "./once-per-language.ts";

/**
 * Candidates without products and rows of tables that a question passes over by naming another: a question about one product is not
 * answered with its neighbour's price. One is passed over when the question holds words of another's name, and of its own name only
 * some of those, or none. A row is named by any of its cells ("When does Ada Holm speak?"), but for words of the table's head.
 */
export function withoutNeighbours(candidates: readonly Candidate[], question: string): Candidate[] {
  const asked = oncePerLanguage((language) => new Set(contentTerms(question, language)));
  const named = candidates.map((candidate) => namedBy(candidate, asked(candidate.passage.language)));
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

function namedBy(candidate: Candidate, asked: ReadonlySet<string>): Named | undefined {
  const { passage, rank, anchor } = candidate;
  const isProduct = passage.sourceType === "product";
  const name = isProduct ? anchor?.text.replace(/^[^:]{0,60}:/, "") : rowOf(candidate);
  if (name === undefined) return undefined;
  const head = new Set(isProduct ? [] : analyze(anchor?.text ?? "", passage.language));
  const words = new Set(analyze(name, passage.language).filter((word) => asked.has(word) && !head.has(word)));
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
