import type { Secret } from "@parlance/platform";
import { CliError } from "./cli-error.ts";

/** An answer of the public API that is no success. */
export class RestError extends Error {
  override readonly name = "RestError";
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The public API cannot be reached, or the connection broke. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}

/** What answers at the address is something else than the public API. */
export class ForeignServerError extends Error {
  override readonly name = "ForeignServerError";
}

export interface RestClient {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: object): Promise<T>;
  delete<T>(path: string): Promise<T>;
  /** An answer whose text comes in pieces. */
  stream(
    path: string,
    body: object,
    options: { signal: AbortSignal },
  ): Promise<{ headers: Headers; pieces: AsyncIterable<string> }>;
}

/** Calls `<url>/api/v2`. Every call may throw RestError, UnreachableError or ForeignServerError. */
export function createRestClient({ url, key }: { url: string; key: Secret }): RestClient {
  const send = async (method: string, path: string, request: { body?: object; signal?: AbortSignal } = {}): Promise<Response> => {
    const { body, signal } = request;
    const headers: Record<string, string> = { authorization: `Bearer ${key.reveal()}` };
    if (body !== undefined) headers["content-type"] = "application/json";
    const response = await reached(
      fetch(`${url}/api/v2${path}`, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(signal !== undefined && { signal }),
      }),
    );
    if (!response.ok) throw new RestError(response.status, await messageOf(response));
    return response;
  };
  const json = async <T>(answer: Promise<Response>): Promise<T> =>
    (await reached(ofType("application/json", await answer).json())) as T;
  return {
    get: (path) => json(send("GET", path)),
    post: (path, body) => json(send("POST", path, { body })),
    delete: (path) => json(send("DELETE", path)),
    stream: async (path, body, { signal }) => {
      const response = ofType("text/plain", await send("POST", path, { body, signal }));
      return { headers: response.headers, pieces: piecesOf(response) };
    },
  };
}

function ofType(type: string, response: Response): Response {
  if (response.headers.get("content-type")?.startsWith(type) === true) return response;
  throw new ForeignServerError();
}

async function* piecesOf(response: Response): AsyncGenerator<string> {
  if (response.body === null) return;
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(brokenOff);
    const text = decoder.decode(value, { stream: !done });
    if (text !== "") yield text;
    if (done) return;
  }
}

function brokenOff(error: unknown): never {
  if (error instanceof TypeError) throw new CliError("The answer broke off: the log of Parlance says why", { cause: error });
  throw error;
}

async function reached<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    // Anything that `fetch` itself throws is a TypeError; an abort stays what it is.
    if (error instanceof TypeError) throw new UnreachableError("not reached", { cause: error });
    throw error;
  }
}

async function messageOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    if (typeof message === "string") return message;
  } catch {
    // Not ours: a proxy, or another program.
  }
  return `the server answered ${response.status}`;
}
