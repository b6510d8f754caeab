import type { ingestion } from "@parlance/contracts";
import { revisionOf, sameQuestion, sourceId, type SourceType } from "./source.ts";
import { codePoints } from "./text-measure.ts";

/** A source that a call brings with its content. */
export interface PreparedSource {
  id: string;
  type: Extract<SourceType, "text" | "product" | "q&a">;
  name: string;
  characters: number;
  revision: string;
  content: string;
}

/** How a Q&A is stored; its chunk is made from it. */
export interface StoredQuestion {
  question: string;
  answer: string;
}

type Request = Pick<ingestion.StartJobRequest, "chatbotId" | "text" | "products" | "questionsAndAnswers">;

/** The text, products and Q&As of a call, each source once: of two with the same identity the later wins, as if it had come later. */
export function prepareSources(request: Request): PreparedSource[] {
  const { chatbotId } = request;
  const prepared = new Map<string, PreparedSource>();
  const add = (source: { type: PreparedSource["type"]; sameness: string; name: string; content: string; characters: number }) => {
    const { sameness, ...rest } = source;
    const id = sourceId(chatbotId, source.type, sameness);
    prepared.set(id, { id, revision: revisionOf(source.content), ...rest });
  };
  if (request.text !== "") {
    add({ type: "text", sameness: request.text, name: "text", content: request.text, characters: lengthOf(request.text) });
  }
  for (const { id, informationJson } of request.products) {
    add({ type: "product", sameness: id, name: id, content: informationJson, characters: lengthOf(informationJson) });
  }
  for (const { question, answer } of request.questionsAndAnswers) {
    const content = JSON.stringify({ question, answer } satisfies StoredQuestion);
    const characters = lengthOf(question) + lengthOf(answer);
    add({ type: "q&a", sameness: sameQuestion(question), name: question, content, characters });
  }
  return [...prepared.values()];
}

function lengthOf(text: string): number {
  return codePoints(text, 0, text.length);
}
