/** Terms shorter than this are in too many words by chance. */
const shortestAlike = 4;
/** Beginnings that two terms must share to be of one family. */
const shortestBeginning = 5;
const leastOfTerm = 0.6;
/** What a term of the same family counts against the term itself. */
const compound = 0.7;
const relative = 0.6;
/** What a term counts that is made of held ones, and how much of its letters they must be. */
const composed = 0.85;
const leastComposed = 0.7;

/**
 * How far a text that holds some terms speaks of another, 0 to 1: 1 for a term that is held, less for one that is part of a held one, is made of
 * held ones ("Papiertonne" of "Papier" and "Tonne"), holds one, or begins as one does; 0 else.
 */
export function likeness(term: string, held: ReadonlySet<string>): number {
  if (held.has(term)) return 1;
  if (term.length < shortestAlike || term.includes(" ")) return 0;
  let best = 0;
  let parts: string[] | undefined;
  for (const other of held) {
    if (other.length < shortestAlike) continue;
    best = Math.max(best, familyOf(term, other));
    if (term.includes(other)) (parts ??= []).push(other);
  }
  return parts !== undefined && parts.length > 1 && isMadeOf(term, parts) ? composed : best;
}

/** Whether parts that do not overlap are most of a term, one of them its beginning. */
function isMadeOf(term: string, parts: readonly string[]): boolean {
  const first = parts.filter((part) => term.startsWith(part));
  return first.some((begin) => {
    const rest = term.slice(begin.length);
    return parts.some((part) => rest.includes(part) && begin.length + part.length >= leastComposed * term.length);
  });
}

function familyOf(term: string, other: string): number {
  if (other.includes(term)) {
    const atAnEnd = other.startsWith(term) || other.endsWith(term);
    return atAnEnd || term.length >= shortestBeginning ? compound : 0;
  }
  if (term.includes(other)) return relative;
  const shared = sharedBeginning(term, other);
  return shared >= shortestBeginning && shared >= leastOfTerm * Math.max(term.length, other.length) ? relative : 0;
}

function sharedBeginning(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
