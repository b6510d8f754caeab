import type { AnswerPiece } from "@parlance/ports";
import type { Candidate } from "./candidate.ts";
import { type ShownCell, shownCells } from "./rows.ts";
import type { Scored } from "./score.ts";
import type { Span } from "./spans.ts";

/** Sentences shown at most; a short line counts half. */
const mostSentences = 3;
/** Words of an answer of more than one sentence. */
const longest = 90;
/** A sentence that scores less than this share of the best one's score says something else. */
const leastShareNearby = 0.5;
/** The same where words decide alone, which know a sentence that says it otherwise less well. */
const leastShareByWords = 0.4;
/** Lines that share an anchor share its score as well, so less sets them apart. */
const leastShareOfLine = 0.65;
/** What stands in another passage rarely adds to what the best one says. */
const leastShareElsewhere = 0.7;
const leastShareElsewhereByWords = 0.9;
const shortLine = 12;
/** Words of a sentence that is shown only for what another one says of the same thing. */
const shortReferent = 20;

/**
 * The best of the scored candidates in the order of the passages: what the answer shows. On judged questions in six languages a third
 * sentence where there is room, and none that is far behind the best, held the answer more often than always the two best, in fewer words. What
 * stands elsewhere must come nearer to the best: the answer is held as often, and visitors are shown less that is beside the point. A sentence
 * about "it" comes with the one before, if that is short.
 */
export function choose(scored: readonly Scored[]): Candidate[] {
  const [best] = scored;
  const chosen: Scored[] = [];
  const texts = new Set<string>();
  let room = mostSentences;
  let length = 0;
  for (const candidate of scored) {
    const cost = candidate.isLine && candidate.length <= shortLine ? 0.5 : 1;
    const isTooLong = chosen.length > 0 && length + candidate.length > longest;
    const isFar = best !== undefined && candidate !== best && candidate.score < leastShare(candidate, best) * best.score;
    // Chunks overlap, so the same sentence may stand in two passages.
    if (cost > room || isTooLong || isFar || texts.has(candidate.text)) {
      continue;
    }
    chosen.push(candidate);
    texts.add(candidate.text);
    room -= cost;
    length += candidate.length;
    if (best?.isWhole) {
      break;
    }
  }
  return inOrder([...chosen, ...referents(chosen, { texts, length })]);
}

/** What the chosen sentences speak of, where that is said in a short sentence that is not chosen itself. */
function referents(chosen: readonly Candidate[], shown: { texts: ReadonlySet<string>; length: number }): Candidate[] {
  const fits = ({ text, length }: Candidate) =>
    !shown.texts.has(text) && length <= shortReferent && shown.length + length <= longest;
  return [...new Set(chosen.flatMap(({ leansOn }) => (leansOn && fits(leansOn) ? [leansOn] : [])))];
}

/** What was chosen for each part of a question, each of it once; two entries of a short numbered list stand for the whole of it. */
export function combine(parts: readonly (readonly Candidate[])[]): Candidate[] {
  const all = inOrder(parts.flat());
  const isSame = (one: Candidate, other: Candidate) => one.rank === other.rank && one.start === other.start;
  const once = all.filter((candidate, index) => all.findIndex((other) => isSame(candidate, other)) === index);
  return once.flatMap((candidate, index) => {
    const { steps, rank } = candidate;
    const entries = steps ? once.filter((other) => other.rank === rank && other.steps?.start === steps.start) : [];
    if (!steps || entries.length < 2) {
      return [candidate];
    }
    return entries[0] === once[index] ? [{ ...candidate, ...steps, isLine: true, cutBefore: false, cutAfter: false }] : [];
  });
}

function inOrder<T extends Candidate>(candidates: readonly T[]): T[] {
  return candidates.toSorted((left, right) => left.rank - right.rank || left.start - right.start);
}

function leastShare(candidate: Scored, best: Scored): number {
  if (candidate.rank !== best.rank) {
    return candidate.byWords ? leastShareElsewhereByWords : leastShareElsewhere;
  }
  if (candidate.anchor) {
    return leastShareOfLine;
  }
  return candidate.byWords ? leastShareByWords : leastShareNearby;
}

/** Quotations with what stands between them, so that the pieces in a row read as a text. */
export function* toPieces(chosen: readonly Candidate[], question: string): Generator<AnswerPiece> {
  for (const [index, candidate] of chosen.entries()) {
    const previous = chosen[index - 1];
    const { anchor } = candidate;
    if (previous) {
      yield { text: separator(previous, candidate) };
    }
    const cells = shownCells(candidate, question);
    if (cells) {
      yield* rowPieces(candidate, cells);
      continue;
    }
    if (anchor && anchor !== previous?.anchor) {
      yield quotation(candidate, anchor);
      yield { text: "\n" };
    }
    if (candidate.cutBefore && (!previous || previous.rank !== candidate.rank || !previous.cutAfter)) {
      yield { text: "… " };
    }
    yield quotation(candidate, candidate);
    if (candidate.cutAfter && chosen[index + 1]?.rank !== candidate.rank) {
      yield { text: " …" };
    }
  }
}

function* rowPieces(candidate: Candidate, cells: readonly ShownCell[]): Generator<AnswerPiece> {
  for (const cell of cells) {
    if (cell.before !== "") {
      yield { text: cell.before };
    }
    yield quotation(candidate, cell);
  }
}

function separator(previous: Candidate, next: Candidate): string {
  if (previous.rank !== next.rank) {
    return "\n\n";
  }
  const between = next.passage.text.slice(previous.end, next.start);
  if (previous.cutAfter) {
    // What is left between two clauses of one sentence is a comma, or words that are not shown.
    return /[\p{L}\p{N}]/u.test(between) ? " … " : between;
  }
  if (between.trim() === "") {
    return between;
  }
  // Lines stand under each other, sentences behind each other.
  return previous.isLine || next.isLine ? "\n" : " ";
}

/** Offsets in code points, as the port counts. */
function quotation({ passage }: Candidate, { start, end }: Span): AnswerPiece {
  const text = passage.text.slice(start, end);
  const before = codePoints(passage.text.slice(0, start));
  return { text, quote: { chunkId: passage.chunkId, start: before, end: before + codePoints(text) } };
}

function codePoints(text: string): number {
  return Array.from(text).length;
}
