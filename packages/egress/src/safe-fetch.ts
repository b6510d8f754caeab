import { createAddressRule } from "./address.ts";
import { connect } from "./connect.ts";
import { Deadline } from "./deadline.ts";
import { EgressError } from "./egress-error.ts";
import { exchange, type Exchange, type ExchangeRequest } from "./exchange.ts";
import { acceptEncoding, readBody } from "./read-body.ts";
import { nextHop } from "./redirect.ts";
import { untilAborted } from "./until-aborted.ts";
import { resolveByServers, resolveBySystem, vettedAddresses, type Resolve } from "./resolve.ts";
import { readTarget, type Target, type TargetRules } from "./target.ts";

export interface SafeFetchOptions {
  /** Networks (CIDR) that may be reached although they are not public: `PARLANCE_EGRESS_ALLOW`. None by default. */
  allow?: readonly string[];
  /** Ports that may be called beside 80, 443 and those above 1023 at which no database or broker listens. None by default. */
  ports?: readonly number[];
  /** Looks up all addresses of a name, or the DNS servers to ask, as `address:port`. The operating system by default. */
  resolve?: Resolve | readonly string[];
  /** Certificate authorities trusted instead of the system's, PEM. */
  ca?: string;
}

export interface SafeRequest {
  /** GET by default. */
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  /** Ends the call at once, also while the body is read. */
  signal?: AbortSignal;
  /** Most redirects that are followed, each checked like the first address; 0, the default, gives the redirect itself as the answer. */
  redirects?: number;
  /** Time to look up the name, connect and encrypt, for each hop. 5 s by default. */
  connectTimeoutMs?: number;
  /** Time from the request to the first byte of the answer's body, for each hop. 15 s by default. */
  firstByteTimeoutMs?: number;
  /** Time for everything, until the body is read. 30 s by default. */
  totalTimeoutMs?: number;
  /** Most bytes of the body, unpacked. 10 MiB by default. */
  maxBytes?: number;
}

export interface SafeResponse {
  status: number;
  headers: Headers;
  /** Where the answer came from, after redirects. */
  url: URL;
  /** Unpacked pieces as they come, once. Throws EgressError. Leaving the loop ends the connection. */
  body: AsyncIterable<Uint8Array>;
  /** The whole body, instead of `body`. */
  bytes(): Promise<Uint8Array>;
  /** The whole body as UTF-8, instead of `body`. */
  text(): Promise<string>;
  /** Ends the connection of an answer whose body is not wanted. */
  close(): void;
}

export interface SafeFetch {
  /**
   * Calls an address that somebody gave.
   * @throws EgressError, or the reason of the caller's signal
   */
  (address: string | URL, request?: SafeRequest): Promise<SafeResponse>;
  /**
   * Refuses what no call may reach, as far as it can be told without looking a name up.
   * @throws EgressError `blocked`
   */
  check(address: string | URL): void;
}

type Limits = Required<Pick<SafeRequest, "redirects" | "connectTimeoutMs" | "firstByteTimeoutMs" | "totalTimeoutMs" | "maxBytes">>;

interface Door extends TargetRules {
  resolve: Resolve;
  ca: string | undefined;
}

const defaults: Limits = {
  redirects: 0,
  connectTimeoutMs: 5_000,
  firstByteTimeoutMs: 15_000,
  totalTimeoutMs: 30_000,
  maxBytes: 10 * 1024 * 1024,
};

/** The one door for calls to addresses that users gave. */
export function createSafeFetch(options: SafeFetchOptions = {}): SafeFetch {
  const { allow = [], ports = [], resolve = resolveBySystem, ca } = options;
  const door: Door = {
    addresses: createAddressRule(allow),
    ports: new Set(ports),
    opensAny: allow.length > 0,
    resolve: typeof resolve === "function" ? resolve : resolveByServers(resolve),
    ca,
  };
  const call = (address: string | URL, request: SafeRequest = {}) => safeFetch(door, address, request);
  return Object.assign(call, { check: (address: string | URL) => void readTarget(address, door) });
}

async function safeFetch(door: Door, address: string | URL, request: SafeRequest): Promise<SafeResponse> {
  const limits = { ...defaults, ...request };
  const headers = new Headers({ "accept-encoding": acceptEncoding, ...request.headers });
  // The host is the address's own, so that no other name can be asked of a server than the one that was checked.
  headers.delete("host");
  const deadline = new Deadline(limits.totalTimeoutMs, request.signal);
  let answer: Exchange | undefined;
  try {
    let target = readTarget(address, door);
    let sent: ExchangeRequest = { url: target.url, method: request.method ?? "GET", headers, body: request.body };
    for (let hops = 0; ; hops += 1) {
      answer = await callHop(door, { target, sent, limits, deadline });
      const next = limits.redirects === 0 ? undefined : nextHop(answer, sent);
      if (next === undefined) return toResponse(answer, { url: target.url, limits, deadline });
      answer.close();
      if (hops === limits.redirects) throw new EgressError("too_many_redirects", "The address redirects too often");
      target = readTarget(next.url, door);
      sent = { ...next, url: target.url };
    }
  } catch (error) {
    answer?.close();
    deadline.end();
    throw error;
  }
}

interface Hop {
  target: Target;
  sent: ExchangeRequest;
  limits: Limits;
  deadline: Deadline;
}

/** One checked connection, request and head of an answer. Leaves the time for the first byte running. */
async function callHop(door: Door, { target, sent, limits, deadline }: Hop): Promise<Exchange> {
  const { signal } = deadline;
  deadline.phase(limits.connectTimeoutMs, "The address could not be reached in time");
  const addresses = await untilAborted(vettedAddresses(target, door.addresses, door.resolve), signal);
  const socket = await connect(target, { addresses, rule: door.addresses, ca: door.ca, signal });
  deadline.phase(limits.firstByteTimeoutMs, "The answer did not begin in time");
  return exchange(socket, sent, signal);
}

function toResponse(answer: Exchange, { url, limits, deadline }: { url: URL; limits: Limits; deadline: Deadline }): SafeResponse {
  const { status, headers } = answer;
  const close = () => {
    deadline.end();
    answer.close();
  };
  const body = watched(readBody(answer.body, headers, { maxBytes: limits.maxBytes, signal: deadline.signal }), deadline, close);
  const bytes = async () => new Uint8Array(Buffer.concat(await Array.fromAsync(body)));
  const text = async () => new TextDecoder().decode(await bytes());
  // A body that nobody reads must not hold the connection: the whole time ends it.
  deadline.signal.addEventListener("abort", close);
  return { status, headers, url, body, bytes, text, close };
}

/** The first piece ends the wait for the first byte; the end, or leaving early, ends the connection. */
async function* watched(pieces: AsyncIterable<Uint8Array>, deadline: Deadline, close: () => void): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of pieces) {
      deadline.phase();
      yield piece;
    }
  } finally {
    close();
  }
}
