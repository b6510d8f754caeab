import { setTimeout as wait } from "node:timers/promises";
import { type AnswerPiece, type AnswerRequest, type LanguageModel, ModelUnavailableError } from "@parlance/ports";
import type OpenAI from "openai";
import { createClient, type OpenAiServerSettings } from "./client.ts";
import { isTransient, StreamBrokenError, toModelUnavailable } from "./failures.ts";
import { leaveOpen } from "./leave-open.ts";
import { Watchdog, type WatchdogLimits } from "./watchdog.ts";

export interface OpenAiModelOptions extends OpenAiServerSettings {
  /** What the server calls a model of the contract, such as `{ "gpt-4o-mini": "llama3.1:8b" }`. */
  models?: Readonly<Record<string, string>>;
  /** The server's model for every name that `models` does not have. Without it the contract's name is sent as it is. */
  defaultModel?: string;
  /** Default: 30 s to the first piece with all retries, 30 s between pieces, 120 s in all. */
  limits?: Partial<WatchdogLimits>;
  /** Tries after the first, before the first piece only. Default 2. */
  maxRetries?: number;
  /** Wait before the first retry; each later one doubles it. Default 250. */
  retryDelayMs?: number;
}

/** Answers by an OpenAI-compatible server. It opens no connection before the first answer. */
export function openOpenAiModel(options: OpenAiModelOptions): LanguageModel {
  const client = createClient(options, 0);
  const closed = new AbortController();
  return {
    kind: "generative",
    answer: (request, { signal }) => answer({ client, options, closed: closed.signal }, request, signal),
    close: async () => closed.abort(),
  };
}

/** After its last event an answer takes so long at most to end; then its connection is given up. */
const lingerMs = 1_000;

interface Server {
  client: OpenAI;
  options: OpenAiModelOptions;
  closed: AbortSignal;
}

async function* answer(server: Server, request: AnswerRequest, caller: AbortSignal): AsyncGenerator<AnswerPiece> {
  caller.throwIfAborted();
  const watchdog = new Watchdog(server.options.limits);
  const signal = AbortSignal.any([caller, watchdog.signal, server.closed]);
  let isComplete = false;
  try {
    for await (const text of withRetries(server, request, signal)) {
      watchdog.pause();
      yield { text };
      watchdog.resume();
    }
    isComplete = true;
  } catch (error) {
    caller.throwIfAborted();
    throw (
      watchdog.failure ?? (server.closed.aborted ? new ModelUnavailableError("The model is closed.") : toModelUnavailable(error))
    );
  } finally {
    // Also when the caller stops reading: the request must not run on.
    watchdog.end({ lingerMs: isComplete ? lingerMs : 0 });
  }
}

/** Begins again on a transient failure, but never after a piece: the caller has shown it already. */
async function* withRetries(server: Server, request: AnswerRequest, signal: AbortSignal): AsyncGenerator<string> {
  const { maxRetries = 2, retryDelayMs = 250 } = server.options;
  for (let attempt = 0; ; attempt += 1) {
    let begun = false;
    try {
      for await (const text of streamOnce(server, request, signal)) {
        begun = true;
        yield text;
      }
      return;
    } catch (error) {
      if (begun || signal.aborted || attempt >= maxRetries || !isTransient(error)) {
        throw error;
      }
      // Half of the wait is chance, so that callers that failed together do not return together.
      await wait(retryDelayMs * 2 ** attempt * (0.5 + Math.random() / 2), undefined, { signal });
    }
  }
}

async function* streamOnce(server: Server, request: AnswerRequest, signal: AbortSignal): AsyncGenerator<string> {
  const { models = {}, defaultModel } = server.options;
  const model = models[request.model] ?? defaultModel ?? request.model;
  const messages = [{ role: "system" as const, content: request.system }, ...request.messages];
  const body = { model, temperature: request.temperature, messages, stream: true as const };
  const { data: stream, response } = await server.client.chat.completions.create(body, { signal }).withResponse();
  if (response.body !== null) leaveOpen(response.body);
  let finished = false;
  let empty = true;
  for await (const chunk of stream) {
    const [choice] = chunk.choices;
    const text = choice?.delta?.content;
    if (text) {
      empty = false;
      yield text;
    }
    finished ||= Boolean(choice?.finish_reason);
  }
  // The client ends an aborted stream as if it were complete.
  signal.throwIfAborted();
  if (!finished) {
    throw new StreamBrokenError("The stream ended without a finish reason.");
  }
  if (empty) {
    throw new ModelUnavailableError("The model server gave an empty answer.");
  }
}
