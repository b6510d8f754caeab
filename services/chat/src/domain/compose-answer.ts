import { create } from "@bufbuild/protobuf";
import { conversation, type retrieval } from "@parlance/contracts";
import { detectLanguage } from "@parlance/language";
import type { AnswerPiece } from "@parlance/ports";
import type { ChatContext } from "../context.ts";
import { askBackend } from "./ask-backend.ts";
import { refusalText, smallTalkText } from "./built-in-texts.ts";
import { CitationMarkers } from "./citation-markers.ts";
import type { Turn } from "./prepare-turn.ts";
import { fittingPassages, promptMessages, smallTalkPrompt, systemPrompt } from "./prompt.ts";
import type { Evidence } from "./gather-evidence.ts";

/** An answer as it grows. What is in it when the stream ends, however it ends, is what gets stored. */
export interface DraftAnswer {
  text: string;
  refused: boolean;
  citations: conversation.Citation[];
  /** Mean cosine of the passages that the answer rests on. */
  score: number | undefined;
}

/**
 * Streams the answer to a turn and keeps the draft up to date. A custom backend answers in place of all else. Otherwise a question that the
 * knowledge does not cover is refused without asking any model, so that nothing is invented, unless a model can read files that came with it. A greeting and the like needs no knowledge: a model that
 * writes replies to it under the chatbot's own prompt, else a built-in text does.
 */
export async function* composeAnswer(
  chat: ChatContext,
  turn: Turn,
  { evidence, draft, signal }: { evidence: Evidence; draft: DraftAnswer; signal: AbortSignal },
): AsyncGenerator<string> {
  if (turn.backend !== undefined) {
    yield* askBackend(chat, { turn, backend: turn.backend }, { draft, signal });
    return;
  }
  const { question, hits, covered, smallTalk } = evidence;
  const isFree = chat.model.kind === "generative" && (smallTalk !== undefined || !turn.usesKnowledge);
  const isSmallTalk = smallTalk !== undefined && turn.usesKnowledge;
  const readsFiles =
    chat.model.kind === "generative" && turn.usesKnowledge && turn.messages.some(({ attached }) => attached !== "");
  const builtIn = isFree || readsFiles ? undefined : builtInReply(evidence);
  if (builtIn !== undefined) {
    draft.refused = smallTalk === undefined;
    draft.text = builtIn;
    yield draft.text;
    return;
  }
  const passages = covered ? fittingPassages(hits) : [];
  const pieces = chat.model.answer(
    {
      model: turn.baseModel,
      temperature: turn.settings.temperature,
      system: isSmallTalk ? smallTalkPrompt(turn.basePrompt) : systemPrompt(turn.basePrompt, { passages, files: readsFiles }),
      messages: promptMessages(turn.messages),
      question,
      passages,
      language: detectLanguage(question),
    },
    { signal },
  );
  yield* chat.model.kind === "extractive" ? quote(pieces, passages, draft) : generate(pieces, passages, draft);
}

/** What is said without looking into any passage; undefined when they answer. */
function builtInReply({ question, hits, covered, smallTalk }: Evidence): string | undefined {
  const ofKnowledge = hits[0]?.language ?? "";
  if (smallTalk !== undefined) return smallTalkText(smallTalk, ofKnowledge);
  return covered ? undefined : refusalText(question, ofKnowledge);
}

async function* quote(
  pieces: AsyncIterable<AnswerPiece>,
  passages: readonly retrieval.Hit[],
  draft: DraftAnswer,
): AsyncGenerator<string> {
  for await (const piece of pieces) {
    draft.text += piece.text;
    const passage = passages.find((candidate) => candidate.chunkId === piece.quote?.chunkId);
    if (passage !== undefined && piece.quote !== undefined) {
      const { start, end } = piece.quote;
      const points = Array.from(passage.text);
      draft.citations.push(citationOf(passage, { start, end, text: points.slice(start, end).join("") }));
    }
    yield piece.text;
  }
  scoreDraft(draft);
}

async function* generate(
  pieces: AsyncIterable<AnswerPiece>,
  passages: readonly retrieval.Hit[],
  draft: DraftAnswer,
): AsyncGenerator<string> {
  const markers = new CitationMarkers(passages.length);
  for await (const piece of pieces) {
    const text = markers.push(piece.text);
    draft.text += text;
    if (text !== "") yield text;
  }
  const rest = markers.end();
  draft.text += rest;
  if (rest !== "") yield rest;
  // A model that named no passage was still bound to those it was given.
  const cited = markers.cited.size > 0 ? [...markers.cited].map((number) => passages[number - 1]) : passages;
  for (const passage of cited) {
    if (passage !== undefined) {
      draft.citations.push(citationOf(passage, { start: 0, end: Array.from(passage.text).length, text: passage.text }));
    }
  }
  scoreDraft(draft);
}

function scoreDraft(draft: DraftAnswer): void {
  if (draft.citations.length === 0) return;
  draft.score = draft.citations.reduce((sum, citation) => sum + citation.cosine, 0) / draft.citations.length;
}

function citationOf(passage: retrieval.Hit, span: { start: number; end: number; text: string }): conversation.Citation {
  return create(conversation.CitationSchema, {
    chunkId: passage.chunkId,
    documentId: passage.documentId,
    revision: passage.revision,
    sourceName: passage.sourceName,
    sourceType: passage.sourceType,
    citedText: span.text,
    start: span.start,
    end: span.end,
    cosine: passage.cosine,
  });
}
