import type { MessageInitShape } from "@bufbuild/protobuf";
import type { answering } from "@parlance/contracts";
import type { ChatBody, Messages, ScoreBody } from "../schemas/answers.ts";
import { chatbotIdOf } from "./ids.ts";

/** How much of a passage E14 shows, in code points. */
const shownCharacters = 100;

export function toAnswer(body: ChatBody): MessageInitShape<typeof answering.AnswerRequestSchema> {
  return {
    chatbotId: chatbotIdOf(body.chatbotId),
    messages: toMessages(body.messages),
    appendMessages: body.appendMessages ?? false,
    conversationId: body.conversationId ?? "",
    source: "api",
    stream: body.stream ?? false,
    ...(typeof body.baseModel === "string" && { baseModel: body.baseModel }),
    ...(typeof body.basePrompt === "string" && { basePrompt: body.basePrompt }),
  };
}

export function toScorePassages(body: ScoreBody): MessageInitShape<typeof answering.ScorePassagesRequestSchema> {
  return {
    chatbotId: chatbotIdOf(body.chatbotId),
    messages: toMessages(body.messages),
    ...(typeof body.baseModel === "string" && { baseModel: body.baseModel }),
  };
}

export function toQueryKnowledge(chatbotId: string, body: { query: string; count?: number | null | undefined }) {
  return { chatbotId, query: body.query, count: body.count ?? 5 };
}

function toMessages(messages: Messages): MessageInitShape<typeof answering.ChatMessageSchema>[] {
  return messages.map(({ role, content, files }) => ({
    role,
    content,
    files: (files ?? []).map(({ name, type, url, content: text }) => ({
      name,
      type,
      url,
      ...(typeof text === "string" && { content: text }),
    })),
  }));
}

/** Contract E14. There is one search text, so the outer list of sources has one item, or none without hits. */
export function toScoreBody({ passages, embeddingText }: answering.ScorePassagesResponse) {
  const shown = passages.map((passage) => ({ passage, score: fourDecimals(passage.cosine) })).filter(({ score }) => score > 0);
  const scores = shown.map(({ score }) => score);
  const sum = scores.reduce((total, score) => total + score, 0);
  const source = ({ passage, score }: (typeof shown)[number]) => ({
    score,
    truncatedText: truncated(passage.text),
    title: passage.title === "" ? null : passage.title,
    type: passage.sourceType,
  });
  return {
    status: "success",
    averageScore: scores.length === 0 ? 0 : fourDecimals(sum / scores.length),
    scoresArray: scores,
    sources: shown.length === 0 ? [] : [shown.map(source)],
    embeddingText,
  };
}

/** Contract E15: a bare list, in the order of the fused score, which is what it shows (docs/adr/0008). */
export function toSnippets({ passages }: answering.QueryKnowledgeResponse) {
  return passages.map(({ sourceName, text, score }) => ({
    source: sourceName,
    snippet: text,
    relavant_score: Math.min(score, 1),
  }));
}

function fourDecimals(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

function truncated(text: string): string {
  // At most two UTF-16 units make a code point, so the head holds all that can be shown.
  const points = Array.from(text.slice(0, shownCharacters * 2 + 2));
  return points.length <= shownCharacters ? text : `${points.slice(0, shownCharacters).join("")}...`;
}
