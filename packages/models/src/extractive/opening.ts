import { askedOverview, askedUnits, heldUnits } from "@parlance/language";
import type { Candidate } from "./candidate.ts";
import { extract, type Extract } from "./spans.ts";

const mostSentences = 3;
const mostLines = 5;
/** Words that say enough of what something is about. */
const longest = 60;

/** Whether a question asks what all is about, and no sentence tells it in the words of the question. */
export function asksOpening(question: string, candidates: readonly Candidate[]): boolean {
  const asked = askedOverview(question);
  if (asked !== "otherwise") return asked === "always";
  return !candidates.some(({ text, passage: { language } }) => {
    const held = new Set(heldUnits(text, language));
    return askedUnits(question, language).some((unit) => held.has(unit));
  });
}

/**
 * The first sentences of the best passage, which the search has found for being the opening of a document; of one that begins with lines, the first of
 * these under its title.
 */
export function openingOf(candidates: readonly Candidate[]): Candidate[] {
  const [first] = candidates;
  if (first === undefined) return [];
  const alike = candidates.filter(({ rank, isLine }) => rank === first.rank && isLine === first.isLine);
  const shown: Candidate[] = [];
  let length = 0;
  for (const candidate of alike.slice(0, first.isLine ? mostLines : mostSentences)) {
    length += candidate.length;
    if (shown.length > 0 && length > longest) break;
    shown.push(candidate);
  }
  const title = titleOf(first);
  return first.isLine && title && title.start !== first.start
    ? shown.map((line) => ({ ...line, anchor: line.anchor ?? title }))
    : shown;
}

function titleOf({ passage: { text } }: Candidate): Extract | undefined {
  const heading = /^#\s+(?=\S)/u.exec(text);
  return heading ? extract(text, { start: heading[0].length, end: `${text}\n`.indexOf("\n") }) : undefined;
}
