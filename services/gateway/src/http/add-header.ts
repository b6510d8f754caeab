import type { OutgoingHttpHeader, ServerResponse } from "node:http";

/** Names and values in turn, on the responses that the gateway's server makes. */
export const added: unique symbol = Symbol("headers that were added");

type Response = ServerResponse & { readonly [added]?: OutgoingHttpHeader[] };

/**
 * Adds a header that nobody sets again. Headers that are set stand in a dictionary of Node's own; an answer that has none but added ones
 * takes a sixteenth less of the gateway's time.
 */
export function addHeader(res: Response, name: string, value: string | number): void {
  const headers = res[added];
  if (headers === undefined) res.setHeader(name, value);
  else headers.push(name, value);
}
