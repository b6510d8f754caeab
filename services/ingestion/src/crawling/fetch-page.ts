import {
  EgressError,
  robotsUserAgent,
  type EgressReason,
  type Robots,
  type RobotsRules,
  type SafeFetch,
  type SafeResponse,
} from "@parlance/egress";
import type { Clock } from "@parlance/platform";
import type { HostPace } from "./host-pace.ts";

export interface Page {
  bytes: Uint8Array;
  contentType: string;
  /** Where it came from, after redirects. */
  url: string;
}

export interface PageFetcher {
  safeFetch: SafeFetch;
  robots: Robots;
  pace: HostPace;
  clock: Clock;
  /** Pause between two requests to one host, unless its robots.txt asks for a longer one. */
  pauseMs: number;
}

const timeoutMs = 20_000;
const maxBytes = 20 * 1024 * 1024;
const maxRedirects = 5;
/** No page waits longer than this between two requests, whatever its site asks for; one that is busy for longer is left. */
const longestPauseMs = 30_000;
const accept = "text/html,application/xhtml+xml,application/pdf,text/plain;q=0.9,*/*;q=0.5";

/** A page's bytes, or why there are none in words an owner understands. @throws the signal's reason */
export async function fetchPage(fetcher: PageFetcher, request: PageRequest): Promise<Outcome> {
  try {
    fetcher.safeFetch.check(request.url);
    for (let again = true; ; again = false) {
      const outcome = await askPolitely(fetcher, request, { again });
      if (outcome !== undefined) return outcome;
    }
  } catch (error) {
    request.signal.throwIfAborted();
    if (error instanceof EgressError) return { failure: limits[error.reason] ?? error.message };
    throw error;
  }
}

const limits: Partial<Record<EgressReason, string>> = {
  too_large: `The page is larger than ${maxBytes / 1024 / 1024} MiB`,
  timeout: `The page did not come within ${timeoutMs / 1_000} seconds`,
  too_many_redirects: `The address redirects more than ${maxRedirects} times, perhaps in a circle`,
};

interface PageRequest {
  url: string;
  cookies: string;
  signal: AbortSignal;
  /** Asked when it is the page's turn, which may come long after it was wanted. */
  isWanted(): Promise<boolean>;
}

type Outcome = Page | { failure: string };

/** undefined, when it may be asked again, for a site that asks for a pause; the next turn at its host waits for it. */
async function askPolitely(fetcher: PageFetcher, request: PageRequest, may: { again: boolean }): Promise<Outcome | undefined> {
  const { safeFetch, robots, pace, pauseMs, clock } = fetcher;
  const { url, cookies, signal } = request;
  const rules = await robots.rulesFor(url, { signal });
  if (!rules.isAllowed(url)) return { failure: barredBy(rules) };
  const pause = Math.min(Math.max(pauseMs, rules.crawlDelayMs ?? 0), longestPauseMs);
  const { host } = new URL(url);
  return pace.atTurn(host, { pauseMs: pause, signal }, async () => {
    if (!(await request.isWanted())) return { failure: "The training was cancelled" };
    const answer = await safeFetch(url, {
      headers: { "user-agent": robotsUserAgent, accept, ...(cookies !== "" && { cookie: cookies }) },
      redirects: maxRedirects,
      firstByteTimeoutMs: timeoutMs,
      totalTimeoutMs: timeoutMs,
      maxBytes,
      signal,
    });
    const asked = askedPause(answer, clock.now());
    if (asked !== undefined) pace.rest(host, asked);
    if (asked === undefined || !may.again) return read(fetcher, answer, request);
    answer.close();
    return undefined;
  });
}

function barredBy({ failed, cause }: RobotsRules): string {
  if (!failed) return "The site's robots.txt forbids reading this page";
  if (cause?.reason === "timeout") return `The site did not answer within ${timeoutMs / 1_000} seconds`;
  // What keeps this file from coming keeps all of the site.
  if (cause !== undefined && ofSite.has(cause.reason)) return cause.message;
  return "The site's robots.txt could not be read, so its pages are left alone; try again later";
}

const ofSite: ReadonlySet<EgressReason> = new Set<EgressReason>(["unreachable", "tls", "blocked"]);

async function read(
  { robots }: PageFetcher,
  answer: SafeResponse,
  { url, signal }: { url: string; signal: AbortSignal },
): Promise<Page | { failure: string }> {
  const { status, headers } = answer;
  const failure = failureOf(status);
  const redirected = answer.url.href !== new URL(url).href;
  const rules = failure === undefined && redirected ? await robots.rulesFor(answer.url, { signal }) : undefined;
  const barred = rules === undefined || rules.isAllowed(answer.url) ? undefined : barredBy(rules);
  if (failure !== undefined || barred !== undefined) {
    answer.close();
    return { failure: failure ?? barred ?? "" };
  }
  return { bytes: await answer.bytes(), contentType: headers.get("content-type") ?? "", url: answer.url.href };
}

/** How long a busy site asks to be left alone, when that is worth waiting for. */
function askedPause({ status, headers }: SafeResponse, now: number): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const value = headers.get("retry-after") ?? "";
  const pauseMs = /^\d{1,6}$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return pauseMs >= 0 && pauseMs <= longestPauseMs ? pauseMs : undefined;
}

function failureOf(status: number): string | undefined {
  if (status === 404 || status === 410) return `The page does not exist (${status})`;
  if (status === 401 || status === 403) return `The site refuses access to the page (${status})`;
  if (status === 429) return "The site asks to be left alone for a while (429)";
  if (status === 204 || status === 205) return `There is nothing at the address (${status})`;
  if (status >= 200 && status < 300) return undefined;
  if (status >= 500 && status < 600) return `The site had a problem of its own (${status})`;
  return `The site answered with status ${status} instead of a page`;
}
