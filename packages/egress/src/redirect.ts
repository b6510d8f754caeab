import { EgressError } from "./egress-error.ts";
import type { Exchange, ExchangeRequest } from "./exchange.ts";

const redirects = new Set([301, 302, 303, 307, 308]);
/** Headers that say nothing about who calls; all others, such as credentials and cookies, stay with the origin they were meant for. */
const harmless = new Set(["accept", "accept-encoding", "accept-language", "content-type", "user-agent"]);

/**
 * The request that a redirect asks for; undefined when the answer is none. What it points at is not checked here.
 * @throws EgressError `blocked` for one that gives up encryption, or would carry a body to another origin; `protocol` for an address that cannot be read
 */
export function nextHop(
  { status, headers }: Pick<Exchange, "status" | "headers">,
  sent: ExchangeRequest,
): ExchangeRequest | undefined {
  const given = headers.get("location");
  if (!redirects.has(status) || given === null) return undefined;
  // Header bytes are read as Latin-1, and servers write UTF-8.
  const location = Buffer.from(given, "latin1").toString();
  if (!URL.canParse(location, sent.url.href)) throw new EgressError("protocol", "The address redirects to one that is not valid");
  const url = new URL(location, sent.url);
  if (sent.url.protocol === "https:" && url.protocol === "http:") {
    throw new EgressError("blocked", "The address redirects from https to http");
  }
  const keepsBody = status === 307 || status === 308 || sent.method === "GET" || sent.method === "HEAD";
  const next = { ...sent, url, headers: new Headers(sent.headers) };
  if (!keepsBody) {
    Object.assign(next, { method: "GET", body: undefined });
    next.headers.delete("content-type");
  }
  if (url.origin === sent.url.origin) return next;
  if (next.body !== undefined) throw new EgressError("blocked", "The address redirects what was sent to another site");
  return { ...next, headers: new Headers([...next.headers].filter(([name]) => harmless.has(name))) };
}
