import { EgressError, type SafeResponse } from "@parlance/egress";
import { AppError, backendHopHeader } from "@parlance/platform";
import type { ChatContext } from "../context.ts";
import type { Backend } from "./backend.ts";
import type { DraftAnswer } from "./compose-answer.ts";
import type { Turn } from "./prepare-turn.ts";

/**
 * Streams the text that a custom backend answers, exactly as it comes: HTML and JSON are text, too. One try, since the backend may have acted
 * on it.
 * @throws AppError BACKEND_TIMEOUT, or BACKEND_FAILED for everything else, an empty answer included; the signal's reason when it aborts
 */
export async function* askBackend(
  chat: Pick<ChatContext, "safeFetch" | "backendLimits">,
  { turn, backend }: { turn: Turn; backend: Backend },
  { draft, signal }: { draft: DraftAnswer; signal: AbortSignal },
): AsyncGenerator<string> {
  try {
    const { chatbotId, conversationId, source } = turn;
    const { messages, stream } = backend;
    const answer = await chat.safeFetch(backend.url, {
      method: "POST",
      headers: headersFor(backend),
      body: JSON.stringify({ messages, stream, chatbotId, conversationId, source }),
      signal,
      ...chat.backendLimits,
    });
    if (answer.status !== 200) throw refused(answer);
    for await (const text of decoded(answer.body)) {
      draft.text += text;
      yield text;
    }
  } catch (error) {
    throw error instanceof EgressError ? toAppError(error) : error;
  }
  if (draft.text === "") throw new AppError("BACKEND_FAILED", { cause: new Error("The answer is empty") });
}

function headersFor({ bearer, hops }: Backend): Record<string, string> {
  return {
    "content-type": "application/json",
    accept: "text/plain, */*",
    // A packed answer is held back until enough has come together.
    "accept-encoding": "identity",
    "user-agent": "Parlance",
    [backendHopHeader]: String(hops + 1),
    // Header bytes are written as Latin-1; a bearer in another script goes out as UTF-8.
    ...(bearer !== undefined && { authorization: `Bearer ${Buffer.from(bearer).toString("latin1")}` }),
  };
}

function refused(answer: SafeResponse): AppError {
  answer.close();
  return new AppError("BACKEND_FAILED", { cause: new Error(`The backend answered with status ${answer.status}`) });
}

/** A character that the network cut in two is held back until it is whole. */
async function* decoded(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const piece of body) {
    const text = decoder.decode(piece, { stream: true });
    if (text !== "") yield text;
  }
  const rest = decoder.decode();
  if (rest !== "") yield rest;
}

function toAppError(error: EgressError): AppError {
  return new AppError(error.reason === "timeout" ? "BACKEND_TIMEOUT" : "BACKEND_FAILED", { cause: error });
}
