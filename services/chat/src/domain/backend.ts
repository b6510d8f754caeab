import type { answering, chatbots, conversation } from "@parlance/contracts";
import { EgressError, type SafeFetch } from "@parlance/egress";
import { AppError } from "@parlance/platform";

/** A server of the owner's that answers in place of model and knowledge, and what it is sent (contract, section 5). */
export interface Backend {
  url: string;
  bearer: string | undefined;
  /** Whether the answer is shown as it grows. */
  stream: boolean;
  /** Custom backends that the question came through before this one. */
  hops: number;
  /** The whole history, oldest first, ending with the question. */
  messages: readonly BackendMessage[];
}

export interface BackendMessage {
  /** user, assistant, human */
  role: string;
  content: string;
  /** Absent when there are none. */
  files?: readonly { name: string; type: string; url: string; content?: string }[];
}

/** Times in milliseconds. */
export interface BackendLimits {
  connectTimeoutMs: number;
  firstByteTimeoutMs: number;
  totalTimeoutMs: number;
  /** Most bytes of an answer. */
  maxBytes: number;
}

type Message = answering.ChatMessage | conversation.Message;

/** What a custom backend is to be asked; undefined where the chatbot has none. */
export function backendFor(
  settings: chatbots.ChatbotSettings,
  request: answering.AnswerRequest,
  history: readonly Message[],
): Backend | undefined {
  if (settings.customBackend === undefined) return undefined;
  return {
    url: settings.customBackend,
    bearer: settings.bearer === "" ? undefined : settings.bearer,
    stream: request.stream,
    hops: request.backendHops,
    messages: [...history, ...request.messages].map(toBackendMessage),
  };
}

/**
 * Ends a circle: a chatbot with a custom backend does not answer what came through one, for it may be waiting for itself.
 * @throws AppError BACKEND_LOOP
 */
export function refuseCircle(settings: chatbots.ChatbotSettings, request: answering.AnswerRequest): void {
  if (settings.customBackend !== undefined && request.backendHops > 0) throw new AppError("BACKEND_LOOP");
}

/**
 * Refuses an address that no call may reach, as far as it shows: names are looked up at each call, not here.
 * @throws AppError INVALID_REQUEST
 */
export function checkBackend(safeFetch: SafeFetch, { url, bearer }: { url: string | undefined; bearer: string | undefined }): void {
  if (bearer !== undefined && /[\r\n\0]/.test(bearer)) {
    throw new AppError("INVALID_REQUEST", { message: "bearer must be without line breaks" });
  }
  try {
    if (url !== undefined) safeFetch.check(url);
  } catch (error) {
    if (!(error instanceof EgressError)) throw error;
    const reason = error.message.replace(/^The/, "the");
    throw new AppError("INVALID_REQUEST", { message: `customBackend must be a URL that may be called: ${reason}`, cause: error });
  }
}

function toBackendMessage({ role, content, files }: Message): BackendMessage {
  if (files.length === 0) return { role, content };
  return {
    role,
    content,
    files: files.map((file) => ({
      name: file.name,
      type: file.type,
      url: file.url,
      ...("content" in file && file.content !== undefined && { content: file.content }),
    })),
  };
}
