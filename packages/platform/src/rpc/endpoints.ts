import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { RpcTransport } from "./grpc-transport.ts";

/** One replica. */
export interface Endpoint {
  readonly url: string;
  readonly transport: RpcTransport;
  /** Passed over until then, in milliseconds of `performance.now()`, unless no other is left. */
  restsUntil: number;
}

export interface EndpointsOptions {
  /** Addresses of replicas, or of names that stand for several. */
  urls: readonly string[];
  /** Gets the host of the address as it was given, too: a certificate bears that, and not the address of a replica. */
  connect: (url: string, serverName: string) => RpcTransport;
  /** Addresses of a host name. Default: the system's. */
  resolve?: (host: string) => Promise<readonly string[]>;
}

/** How old an answer of the name service may be while all is well, and while a replica fails. */
const freshMs = 5_000;
const freshWhileFailingMs = 500;

/** How long a replica that could not be reached is left alone. */
const restMs = 1_000;

/** The replicas of a service, as the settings and the name service tell them, taken in turn. */
export class Endpoints {
  readonly #options: EndpointsOptions;
  #endpoints: readonly Endpoint[] = [];
  /** Those that the name service told of before, too: calls may still run on their connections. */
  readonly #made = new Map<string, Endpoint>();
  /** What the name service said last, by address as it was given. */
  readonly #told = new Map<string, readonly string[]>();
  #resolvedAt = Number.NEGATIVE_INFINITY;
  #resolving: Promise<void> | undefined;
  #turn = 0;

  constructor(options: EndpointsOptions) {
    this.#options = options;
  }

  get isKnown(): boolean {
    return this.#endpoints.length > 0;
  }

  /** Resolves when the name service has answered for the first time, which may take longer than a call has. */
  async known(): Promise<void> {
    await this.#refresh(freshMs);
  }

  /** The next replica in turn. When all rest, the one that failed longest ago; one of `tried` only when there is no other. */
  async next(tried: ReadonlySet<Endpoint>): Promise<Endpoint> {
    await this.#refresh(freshMs);
    const now = performance.now();
    const inTurn = this.#endpoints.map((_, index) => this.#endpoints[(this.#turn + index) % this.#endpoints.length]);
    this.#turn += 1;
    const known = inTurn.filter((endpoint) => endpoint !== undefined);
    const untried = known.filter((endpoint) => !tried.has(endpoint));
    const best = untried.find(({ restsUntil }) => restsUntil <= now) ?? longestRested(untried) ?? longestRested(known);
    if (best === undefined) throw new Error("no address of the service is known");
    return best;
  }

  /** A replica failed: leave it alone for a moment, and ask whether there are others by now. */
  rest(endpoint: Endpoint): void {
    endpoint.restsUntil = performance.now() + restMs;
    void this.#refresh(freshWhileFailingMs);
  }

  /** A replica answered: there is no reason to leave it alone. */
  wake(endpoint: Endpoint): void {
    endpoint.restsUntil = 0;
  }

  close(): void {
    for (const { transport } of this.#made.values()) transport.close();
  }

  async #refresh(maxAgeMs: number): Promise<void> {
    if (performance.now() - this.#resolvedAt < maxAgeMs) return;
    this.#resolving ??= this.#resolveAll().finally(() => {
      this.#resolving = undefined;
    });
    // Only the first answer is waited for.
    if (this.#endpoints.length === 0) await this.#resolving;
  }

  async #resolveAll(): Promise<void> {
    const found = await Promise.all(this.#options.urls.map((url) => this.#replicasOf(url)));
    this.#resolvedAt = performance.now();
    const replicas = new Map(found.flat().map((replica) => [`${replica.url} ${replica.serverName}`, replica]));
    this.#endpoints = [...replicas].map(([key, { url, serverName }]) => {
      const known = this.#made.get(key) ?? { url, transport: this.#options.connect(url, serverName), restsUntil: 0 };
      this.#made.set(key, known);
      return known;
    });
  }

  async #replicasOf(url: string): Promise<{ url: string; serverName: string }[]> {
    const address = new URL(url);
    const host = address.hostname.replace(/^\[|\]$/g, "");
    const asGiven = [{ url, serverName: host }];
    if (isIP(host) !== 0 || host === "localhost") return asGiven;
    const found = await this.#addressesOf(url, host);
    return (
      found?.map((ip) => {
        const replica = new URL(url);
        replica.hostname = isIP(ip) === 6 ? `[${ip}]` : ip;
        return { url: replica.href, serverName: host };
      }) ?? asGiven
    );
  }

  /** A name service that fails says nothing against what it said before. Undefined when it knows no such name, or never answered. */
  async #addressesOf(url: string, host: string): Promise<readonly string[] | undefined> {
    try {
      const found = await (this.#options.resolve ?? addressesOf)(host);
      this.#told.set(url, found);
    } catch (error) {
      // Connecting says what is wrong with the name, to the caller whom it concerns.
      if (isUnknown(error)) this.#told.delete(url);
    }
    const told = this.#told.get(url);
    return told?.length === 0 ? undefined : told;
  }
}

function isUnknown(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOTFOUND";
}

function longestRested(endpoints: readonly Endpoint[]): Endpoint | undefined {
  return endpoints.toSorted((a, b) => a.restsUntil - b.restsUntil)[0];
}

async function addressesOf(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}
