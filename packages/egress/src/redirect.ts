import { EgressError } from "./egress-error.ts";
import type { Exchange, ExchangeRequest } from "./exchange.ts";

const redirects = new Set([301, 302, 303, 307, 308]);
/** Headers that say nothing about who calls; all others, such as credentials and cookies, stay with the origin they were meant for. */
const harmless = new Set(["accept", "accept-encoding", "accept-language", "content-type", "user-agent"]);

/**
 * The request that a redirect asks for; undefined when the answer is none. What it points at is not checked here.
 * @throws EgressError `blocked` for one that gives up encryption, or would carry a body to another origin; `protocol` for an address that cannot be read
 */
export function nextHop(answer: Pick<Exchange, "status" | "headers">, sent: ExchangeRequest): ExchangeRequest | undefined {
  const { status, headers } = answer;
  const given = headers.get("location");
  if (!redirects.has(status) || given === null) return undefined;
  // Header bytes are read as Latin-1; what servers write there beyond ASCII, in UTF-8 or another charset, stands for itself.
  const location = given.replaceAll(/[\u0080-\u00ff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
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
  if (url.origin === sent.url.origin) {
    const cookies = withCookiesSet(next.headers.get("cookie") ?? "", headers.getSetCookie());
    if (cookies !== "") next.headers.set("cookie", cookies);
    return next;
  }
  if (next.body !== undefined) throw new EgressError("blocked", "The address redirects what was sent to another site");
  return { ...next, headers: new Headers([...next.headers].filter(([name]) => harmless.has(name))) };
}

/**
 * Cookies for an origin after it has set some. Sites that set one and lead to the same address again, or to one that looks whether it came
 * back, would else lead on for ever. Where in the origin a cookie holds is not asked, and none lasts longer than the call.
 */
function withCookiesSet(sent: string, set: readonly string[]): string {
  const cookies = new Map(sent.split(";").flatMap((pair) => (pair.trim() === "" ? [] : [named(pair)])));
  for (const line of set) {
    const [pair = "", ...attributes] = line.split(";");
    const [name, text] = named(pair);
    // eslint-disable-next-line no-control-regex
    if (name === "" || /[\u0000-\u001f\u007f]/.test(text)) continue;
    if (attributes.some(isPast)) cookies.delete(name);
    else cookies.set(name, text);
  }
  return [...cookies.values()].join("; ");
}

function named(pair: string): [name: string, text: string] {
  const text = pair.trim();
  return [text.split("=", 1)[0] ?? "", text];
}

/** Cookies are taken back by an age or a date that is over. */
function isPast(attribute: string): boolean {
  const [name = "", ...rest] = attribute.split("=").map((part) => part.trim());
  if (/^expires$/i.test(name)) return Date.parse(rest.join("=")) <= Date.now();
  return /^max-age$/i.test(name) && /^(?:0|-\d+)$/.test(rest.join("="));
}
