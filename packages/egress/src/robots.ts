import robotsParser from "robots-parser";
import { EgressError } from "./egress-error.ts";
import type { SafeFetch, SafeResponse } from "./safe-fetch.ts";
import { untilAborted } from "./until-aborted.ts";

/** What a site's robots.txt says to us. */
export interface RobotsRules {
  /** For an address of the same origin. */
  isAllowed(url: string | URL): boolean;
  /** Pause that the site asks for between two requests. */
  crawlDelayMs: number | undefined;
  /** The file could not be read, so nothing is allowed for now. */
  failed: boolean;
  /** Why no answer came, where none did. */
  cause?: EgressError;
}

export interface Robots {
  /**
   * The rules of the origin of an address. Whatever goes wrong with the file is a rule too, so only the caller's signal makes this throw.
   */
  rulesFor(url: string | URL, options?: { signal?: AbortSignal }): Promise<RobotsRules>;
}

export interface RobotsOptions {
  safeFetch: SafeFetch;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** Time for one robots.txt. 20 s by default. */
  timeoutMs?: number;
  /** Resolves when a file that failed for a moment may be asked for once more, which by default it is not. */
  pause?: () => Promise<void>;
}

/** The product token that site owners write in robots.txt. */
export const robotsUserAgent = "ParlanceBot";

const keptMs = 24 * 3_600_000;
/** A site that is down is asked again soon. */
const keptAfterFailureMs = 5 * 60_000;
/** RFC 9309: what stands beyond need not be read. */
const mostBytes = 500 * 1024;
/** Each is compared with every character of an address: a file of nothing else would hold up all others for seconds. */
const mostWildcards = 10_000;
const mostRedirects = 5;
const mostOrigins = 1_000;
/** Of the files that are kept, together; rules take some times the room of what they are read from. */
const mostKept = 16 * 1024 * 1024;

interface Kept {
  rules: Promise<ReadRules>;
  until: number;
  /** Characters of the file, once it is read. */
  size: number;
}

interface ReadRules extends RobotsRules {
  size: number;
}

/** Reads robots.txt by RFC 9309: none there (4xx) allows everything, a site that fails (5xx, no answer) allows nothing. Keeps each for a day. */
export function createRobots({ safeFetch, now = Date.now, timeoutMs = 20_000, pause }: RobotsOptions): Robots {
  const kept = new Map<string, Kept>();
  const readRules = async (origin: string): Promise<ReadRules> => {
    const rules = await fetchRules(safeFetch, origin, timeoutMs);
    const mayPass = rules.failed && (rules.cause === undefined || rules.cause.reason === "unreachable");
    if (!mayPass || pause === undefined) return rules;
    await pause();
    return fetchRules(safeFetch, origin, timeoutMs);
  };
  const load = (origin: string): Kept => {
    const entry: Kept = { rules: readRules(origin), until: now() + keptMs, size: 0 };
    kept.delete(origin);
    kept.set(origin, entry);
    void weigh(entry);
    return entry;
  };
  const weigh = async (entry: Kept): Promise<void> => {
    const { failed, size } = await entry.rules;
    if (failed) entry.until = now() + keptAfterFailureMs;
    entry.size = size;
    forgetOldest(kept);
  };
  return {
    async rulesFor(url, { signal } = {}) {
      const { origin } = new URL(url);
      const found = kept.get(origin);
      const entry = found !== undefined && found.until > now() ? found : load(origin);
      // Others may wait for the same file, so a caller that leaves does not end its reading.
      return signal === undefined ? entry.rules : untilAborted(entry.rules, signal);
    },
  };
}

const everything: ReadRules = { isAllowed: () => true, crawlDelayMs: undefined, failed: false, size: 0 };
const nothing: ReadRules = { isAllowed: () => false, crawlDelayMs: undefined, failed: true, size: 0 };

function forgetOldest(kept: Map<string, Kept>): void {
  let size = kept.values().reduce((sum, entry) => sum + entry.size, 0);
  for (const [origin, oldest] of kept) {
    if (kept.size <= mostOrigins && size <= mostKept) return;
    kept.delete(origin);
    size -= oldest.size;
  }
}

async function fetchRules(safeFetch: SafeFetch, origin: string, timeoutMs: number): Promise<ReadRules> {
  const address = `${origin}/robots.txt`;
  try {
    const answer = await safeFetch(address, {
      headers: { "user-agent": robotsUserAgent, accept: "text/plain" },
      redirects: mostRedirects,
      totalTimeoutMs: timeoutMs,
      firstByteTimeoutMs: timeoutMs,
    });
    if (answer.status < 200 || answer.status > 299) answer.close();
    if (answer.status >= 500) return nothing;
    return answer.status > 299 ? everything : parse(address, await beginning(answer));
  } catch (error) {
    if (!(error instanceof EgressError)) return nothing;
    return error.reason === "too_many_redirects" ? everything : { ...nothing, cause: error };
  }
}

/** The first lines, up to the limits; a line that one of them cuts is left out. */
async function beginning({ body }: SafeResponse): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    pieces.push(piece);
    size += piece.length;
    if (size > mostBytes) break;
  }
  const text = new TextDecoder().decode(Buffer.concat(pieces).subarray(0, mostBytes));
  const end = wildcardTooMany(text) ?? (size > mostBytes ? text.length : undefined);
  return end === undefined ? text : text.slice(0, text.lastIndexOf("\n", end) + 1);
}

function wildcardTooMany(text: string): number | undefined {
  let at = text.indexOf("*");
  for (let count = 1; at !== -1 && count <= mostWildcards; count++) at = text.indexOf("*", at + 1);
  return at === -1 ? undefined : at;
}

// The package exports its function as the module itself; its types say otherwise.
const parseRobots = robotsParser as unknown as typeof robotsParser.default;

function parse(address: string, text: string): ReadRules {
  const file = parseRobots(address, text);
  const delay = file.getCrawlDelay(robotsUserAgent);
  return {
    // Undefined for an address of another origin, about which the file says nothing.
    isAllowed: (url) => file.isAllowed(String(url), robotsUserAgent) ?? false,
    crawlDelayMs: delay === undefined ? undefined : delay * 1_000,
    failed: false,
    size: text.length,
  };
}
