import type { ingestion } from "@parlance/contracts";
import { AppError } from "@parlance/platform";
import { revisionOf, sameQuestion, sourceId, type SourceType } from "./source.ts";
import { codePoints } from "./text-measure.ts";
import { urlIdentity } from "./url-identity.ts";

/** A source that a call brings with its content. */
export interface PreparedSource {
  id: string;
  type: Extract<SourceType, "text" | "product" | "q&a">;
  name: string;
  characters: number;
  revision: string;
  content: string;
}

/** A page that a call wants to be crawled. */
export interface PreparedPage {
  id: string;
  /** The address as it was given first. */
  name: string;
}

/** The pages of a call, each once, in the order given. @throws AppError INVALID_REQUEST for what is no address of a page */
export function preparePages({ chatbotId, urls }: Pick<ingestion.StartJobRequest, "chatbotId" | "urls">): PreparedPage[] {
  const pages = new Map<string, PreparedPage>();
  for (const url of urls) {
    const name = url.trim();
    const id = pageId(chatbotId, "website", name);
    if (id === undefined) throw new AppError("INVALID_REQUEST", { message: "urlsToScrape must be http or https URLs" });
    if (!pages.has(id)) pages.set(id, { id, name });
  }
  return [...pages.values()];
}

/** undefined for what is no address of a page. */
export function pageId(chatbotId: string, type: SourceType, url: string): string | undefined {
  const identity = urlIdentity(url);
  return identity === undefined ? undefined : sourceId(chatbotId, type, identity);
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
