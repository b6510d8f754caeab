import { setTimeout as wait } from "node:timers/promises";
import { type AnswerPiece, type AnswerRequest, type LanguageModel, ModelUnavailableError } from "@parlance/ports";
import type OpenAI from "openai";
import { createClient, type OpenAiServerSettings } from "./client.ts";
import { isTransient, refusesTemperature, StreamBrokenError, toModelUnavailable } from "./failures.ts";
import { leaveOpen } from "./leave-open.ts";
import { ThoughtFilter } from "./thoughts.ts";
import { Watchdog, type WatchdogLimits } from "./watchdog.ts";

export interface OpenAiModelOptions extends OpenAiServerSettings {
  /** The server's model for every name of the contract. Without it the contract's name is sent as it is. */
  defaultModel?: string;
  /** Default: 30 s to the first sign of an answer with all retries, 30 s between signs, 120 s in all. */
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
  const server: Server = { client, options, ownTemperature: new Set(), closed: closed.signal };
  return {
    kind: "generative",
    answer: (request, { signal }) => answer(server, request, signal),
    close: async () => closed.abort(),
  };
}

/** After its last event an answer takes so long at most to end; then its connection is given up. */
const lingerMs = 1_000;

interface Server {
  client: OpenAI;
  options: OpenAiModelOptions;
  /** Models that take no temperature but their own, as far as it has turned out. */
  ownTemperature: Set<string>;
  closed: AbortSignal;
}

/** What one try has of the answer that it is a part of. */
interface Try {
  signal: AbortSignal;
  /** Told of events that bring nothing to show: a model that thinks first is at work. */
  onEvent: () => void;
}

async function* answer(server: Server, request: AnswerRequest, caller: AbortSignal): AsyncGenerator<AnswerPiece> {
  caller.throwIfAborted();
  const watchdog = new Watchdog(server.options.limits);
  const signal = AbortSignal.any([caller, watchdog.signal, server.closed]);
  let isComplete = false;
  try {
    for await (const text of withRetries(server, request, { signal, onEvent: () => watchdog.resume() })) {
      watchdog.pause();
      yield { text };
      watchdog.resume();
    }
    isComplete = true;
  } catch (error) {
    caller.throwIfAborted();
    throw (
      watchdog.failure ??
      (server.closed.aborted ? new ModelUnavailableError("The model is closed.") : toModelUnavailable(error, "model"))
    );
  } finally {
    // Also when the caller stops reading: the request must not run on.
    watchdog.end({ lingerMs: isComplete ? lingerMs : 0 });
  }
}

/** Begins again on a transient failure, but never after a piece: the caller has shown it already. */
async function* withRetries(server: Server, request: AnswerRequest, { signal, onEvent }: Try): AsyncGenerator<string> {
  const { maxRetries = 2, retryDelayMs = 250 } = server.options;
  for (let attempt = 0; ; attempt += 1) {
    let begun = false;
    try {
      for await (const text of streamOnce(server, request, { signal, onEvent })) {
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

async function* streamOnce(server: Server, request: AnswerRequest, { signal, onEvent }: Try): AsyncGenerator<string> {
  const { data: stream, response } = await begin(server, request, signal);
  const hasLastEvent = response.body === null ? () => false : leaveOpen(response.body);
  const thoughts = new ThoughtFilter();
  let finished = false;
  let empty = true;
  let half = "";
  for await (const chunk of stream as AsyncIterable<Chunk>) {
    const choice = chunk.choices?.[0];
    const text = half + thoughts.push(choice?.delta?.content ?? "");
    // Some servers send the two halves of a character in two events; a piece that ends between them could not be written out.
    half = /[\ud800-\udbff]$/.exec(text)?.[0] ?? "";
    const whole = text.slice(0, text.length - half.length);
    if (whole === "") {
      onEvent();
    } else {
      empty = false;
      yield whole;
    }
    finished ||= Boolean(choice?.finish_reason);
  }
  // The client ends an aborted stream as if it were complete.
  signal.throwIfAborted();
  // Some servers give no reason, but say that it was the last event.
  if (!finished && !hasLastEvent()) {
    throw new StreamBrokenError("The stream ended before its last event.");
  }
  const rest = half + thoughts.end();
  if (empty && rest === "") {
    throw new ModelUnavailableError("The model server gave an empty answer.");
  }
  if (rest !== "") yield rest;
}

/** As servers send them, which is less than the client promises. */
interface Chunk {
  choices?: { delta?: { content?: string | null }; finish_reason?: string | null }[];
}

/** Models that think take no temperature; they are asked once more without, and without from then on. */
async function begin({ client, options, ownTemperature }: Server, request: AnswerRequest, signal: AbortSignal) {
  const model = options.defaultModel ?? request.model;
  const messages = [{ role: "system" as const, content: request.system }, ...request.messages];
  const ask = () => {
    const temperature = ownTemperature.has(model) ? {} : { temperature: request.temperature };
    return client.chat.completions.create({ model, ...temperature, messages, stream: true }, { signal }).withResponse();
  };
  try {
    return await ask();
  } catch (error) {
    if (ownTemperature.has(model) || !refusesTemperature(error)) throw error;
    ownTemperature.add(model);
    return ask();
  }
}
