import type { AnswerPassage, AnswerPiece, AnswerRequest, Embedder, LanguageModel } from "@parlance/ports";
import { questionParts, termsOfParticular } from "@parlance/language";
import { candidatesOf } from "./candidates.ts";
import { choose, combine, toPieces } from "./compose.ts";
import { asksOpening, openingOf } from "./opening.ts";
import { withoutNeighbours, withoutOpposites } from "./named.ts";
import { scoreCandidates } from "./score.ts";

/** Passages that are read. The answer stands in the first three in 995 of 1,000 judged questions. */
const passagesRead = 3;
/** A part whose best sentence scores less is answered by none. */
const leastScoreOfPart = 0.25;

/**
 * Answers without any model server, by quoting: the two or three sentences of the first three passages that are nearest to the question,
 * in the order in which they stand; of a question that asks several things, those of each. It never says a word of its own. Without a passage it says nothing. The embedder stays its owner's to close.
 */
export function createExtractiveModel({ embedder }: { embedder: Embedder }): LanguageModel {
  return {
    kind: "extractive",
    answer: (request, { signal }) => answer(request, { embedder, signal }),
    close: async () => undefined,
  };
}

async function* answer(request: AnswerRequest, tools: { embedder: Embedder; signal: AbortSignal }): AsyncGenerator<AnswerPiece> {
  tools.signal.throwIfAborted();
  const passages = isWritten(request.passages[0], request.question) ? 1 : passagesRead;
  const candidates = request.passages.slice(0, passages).flatMap(candidatesOf);
  const opening = asksOpening(request.question, candidates) ? openingOf(candidates) : [];
  if (opening.length > 0) {
    yield* toPieces(opening, request.question);
    return;
  }
  const read = withoutNeighbours(withoutOpposites(candidates, request.question), request.question);
  const parts = questionParts(request.question, request.language);
  const scored = await Promise.all(parts.map((part) => scoreCandidates(read, part, tools)));
  const chosen = scored
    .filter(([best]) => parts.length === 1 || (best?.score ?? 0) >= leastScoreOfPart)
    .map((candidatesOfPart) => choose(candidatesOfPart));
  yield* toPieces(combine(chosen), request.question);
}

/** Whether an owner wrote what is to be said to just such a question, as to "How can I reach you?". */
function isWritten(passage: AnswerPassage | undefined, question: string): boolean {
  if (passage?.sourceType !== "q&a") return false;
  const asked = termsOfParticular(question, passage.language)?.at(-1);
  return asked !== undefined && asked === termsOfParticular(passage.sourceName, passage.language)?.at(-1);
}
