import { leansBack } from "@parlance/language";
import type { Candidate } from "./candidate.ts";

const blankLine = /\n[ \t\r]*\n/;

/** The candidates of a passage, each with the sentence before it in its paragraph if it speaks of that. */
export function withLeaning(candidates: readonly Candidate[]): Candidate[] {
  const linked: Candidate[] = [];
  for (const candidate of candidates) {
    const before = linked.at(-1);
    linked.push({ ...candidate, leansOn: before && leans(candidate, before) ? before : undefined });
  }
  return linked;
}

function leans(candidate: Candidate, before: Candidate): boolean {
  if (before.isLine || candidate.isLine) return false;
  const { text, language } = candidate.passage;
  return !blankLine.test(text.slice(before.end, candidate.start)) && leansBack(candidate.text, language);
}
