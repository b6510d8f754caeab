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
import type { Unanswering } from "./unanswering.ts";

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
/** Most times that a page is asked for while its site asks for pauses, and the time that these may take together. */
const mostAsks = 5;
const longestWaitMs = 60_000;
/** What fails by itself is asked for once more, after so many of the usual pauses. */
export const pausesAfterFailure = 5;
const accept = "text/html,application/xhtml+xml,application/pdf,text/plain;q=0.9,*/*;q=0.5";

/** A page's bytes, or why there are none in words an owner understands. @throws the signal's reason */
export async function fetchPage(fetcher: PageFetcher, request: PageRequest): Promise<Page | Failure> {
  const { url, unanswering, signal } = request;
  const refusal = refusalOf(fetcher, url);
  if (refusal !== undefined) return { failure: refusal };
  const { host } = new URL(url);
  let waitedMs = 0;
  for (let asks = 1; ; asks++) {
    if (unanswering.isGivenUp(host)) return { failure: givenUp };
    const outcome = await ask(fetcher, request);
    const { again } = outcome;
    // What one page has waited for in vain, others need not wait for, too.
    const most = unanswering.isSilent(host) ? 1 : again?.byRequest === true ? mostAsks : 2;
    if (again === undefined || asks >= most || waitedMs + again.pauseMs > longestWaitMs) {
      unanswering.note(host, { answered: outcome.unanswered !== true });
      return "failure" in outcome ? { failure: outcome.failure, fault: outcome.fault } : outcome;
    }
    waitedMs += again.pauseMs;
    // Where the site asks for a pause, the next turn at its host waits for it.
    if (!again.byRequest) await fetcher.clock.sleep(again.pauseMs, signal);
  }
}

function refusalOf({ safeFetch }: PageFetcher, url: string): string | undefined {
  try {
    safeFetch.check(url);
    return undefined;
  } catch (error) {
    if (error instanceof EgressError) return error.message;
    throw error;
  }
}

const givenUp = "The site left one page after another without an answer, so this one was not asked for; train on it again later";

const limits: Partial<Record<EgressReason, string>> = {
  too_large: `The page is larger than ${maxBytes / 1024 / 1024} MiB`,
  timeout: `The page did not come within ${timeoutMs / 1_000} seconds`,
  too_many_redirects: `The address redirects more than ${maxRedirects} times, perhaps in a circle`,
};

interface PageRequest {
  url: string;
  cookies: string;
  /** Of the training that wants the page. */
  unanswering: Unanswering;
  signal: AbortSignal;
  /** Asked when it is the page's turn, which may come long after it was wanted. */
  isWanted(): Promise<boolean>;
}

interface Failure {
  failure: string;
  /** What must not have happened, for the log. */
  fault?: unknown;
}

const faulty = "The page could not be fetched for a fault of this installation, whose log says more";

interface Asked {
  /** The page may be there after a pause, for which the site asked, or which it is given. */
  again?: { pauseMs: number; byRequest: boolean };
  /** No answer came, or none but that the site is busy. */
  unanswered?: boolean;
}

type Outcome = (Page | Failure) & Asked;

async function ask(fetcher: PageFetcher, request: PageRequest): Promise<Outcome> {
  const { robots, pace, pauseMs, clock } = fetcher;
  const { url, signal } = request;
  const rules = await robots.rulesFor(url, { signal });
  if (!rules.isAllowed(url)) return { failure: barredBy(rules) };
  const pause = Math.min(Math.max(pauseMs, rules.crawlDelayMs ?? 0), longestPauseMs);
  const { host } = new URL(url);
  return pace.atTurn(host, { pauseMs: pause, signal }, async () => {
    if (!(await request.isWanted())) return { failure: "The training was cancelled" };
    // Pages before this one may have failed while it waited.
    if (request.unanswering.isGivenUp(host)) return { failure: givenUp, unanswered: true };
    try {
      const answer = await call(fetcher, request);
      const asked = askedPause(answer, clock.now());
      if (asked !== undefined) pace.rest(host, asked);
      return { ...(await read(fetcher, answer, request)), ...askedAgain(answer, asked, pauseMs) };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof EgressError)) return { failure: faulty, fault: error };
      const { reason } = error;
      return {
        failure: limits[reason] ?? error.message,
        unanswered: reason === "timeout" || reason === "unreachable",
        ...(reason === "unreachable" && { again: { pauseMs: pausesAfterFailure * pauseMs, byRequest: false } }),
      };
    }
  });
}

function call({ safeFetch }: PageFetcher, { url, cookies, signal }: PageRequest): Promise<SafeResponse> {
  return safeFetch(url, {
    headers: { "user-agent": robotsUserAgent, accept, ...(cookies !== "" && { cookie: headerOf(cookies) }) },
    redirects: maxRedirects,
    firstByteTimeoutMs: timeoutMs,
    totalTimeoutMs: timeoutMs,
    maxBytes,
    signal,
  });
}

/** What an owner typed, in UTF-8 as browsers send it, without what no header may hold. */
function headerOf(text: string): string {
  // eslint-disable-next-line no-control-regex
  return Buffer.from(text.replaceAll(/[\u0000-\u001f\u007f]/g, "")).toString("latin1");
}

/** Answers of servers that are overloaded or just being started. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524]);

function askedAgain({ status, headers }: SafeResponse, asked: number | undefined, pauseMs: number): Asked {
  if (asked !== undefined) return { again: { pauseMs: asked, byRequest: true }, unanswered: true };
  // A pause that is too long to wait for.
  if (isBusy(status) && headers.has("retry-after")) return { unanswered: true };
  return passing.has(status) ? { again: { pauseMs: pausesAfterFailure * pauseMs, byRequest: false } } : {};
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
): Promise<Page | Failure> {
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
  if (!isBusy(status)) return undefined;
  const value = headers.get("retry-after") ?? "";
  // A moment that has passed on our clock asks for no pause to speak of.
  const pauseMs = /^\d{1,6}(?:\.\d{1,6})?$/.test(value) ? Number(value) * 1_000 : Math.max(0, Date.parse(value) - now);
  return pauseMs <= longestPauseMs ? pauseMs : undefined;
}

function isBusy(status: number): boolean {
  return status === 429 || status === 503;
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
