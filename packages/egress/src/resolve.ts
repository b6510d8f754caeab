import { promises as dns, type LookupAddress } from "node:dns";
import { isIPv6 } from "node:net";
import { EgressError } from "./egress-error.ts";
import { internalAddress, type Target } from "./target.ts";
import type { AddressRule } from "./address.ts";

/** All addresses of a name, A and AAAA. */
export type Resolve = (host: string) => Promise<readonly string[]>;

const running = new Map<string, Promise<readonly string[]>>();

/**
 * By the operating system, so that its hosts file and search order hold. It takes a thread for as long as name servers are silent, however
 * soon the caller gives up; so whoever asks for a name that is being looked up gets that answer.
 */
export function resolveBySystem(host: string): Promise<readonly string[]> {
  const found = running.get(host) ?? lookUpBySystem(host).finally(() => running.delete(host));
  running.set(host, found);
  return found;
}

async function lookUpBySystem(host: string): Promise<readonly string[]> {
  const found = await dns.lookup(host, { all: true, order: "verbatim" });
  return found.map(({ address }) => address);
}

/** By DNS servers of one's own choice, written `address:port`. */
export function resolveByServers(servers: readonly string[]): Resolve {
  return async (host) => {
    const resolver = new dns.Resolver({ timeout: 2_000, tries: 2 });
    resolver.setServers(servers);
    const answers = await Promise.all([absentAsNone(resolver.resolve4(host)), absentAsNone(resolver.resolve6(host))]);
    return answers.flat();
  };
}

/**
 * The addresses of a target, every one of them checked: a name with one public and one internal address is refused, because which of
 * them a connection takes is chance.
 * @throws EgressError `blocked` or `unreachable`
 */
export async function vettedAddresses(target: Target, rule: AddressRule, resolve: Resolve): Promise<LookupAddress[]> {
  const found = target.isAddress ? [target.host] : await lookUp(target.host, resolve);
  for (const address of found) {
    const verdict = rule(address);
    if (verdict === "internal" || (target.isInternalName && verdict !== "allowed")) throw internalAddress();
  }
  return found.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
}

async function lookUp(host: string, resolve: Resolve): Promise<readonly string[]> {
  const found = await resolve(host).catch(() => []);
  if (found.length === 0) throw new EgressError("unreachable", "The host of the address was not found");
  return found;
}

/** A name may well have addresses of one family only; any other failure makes the answer incomplete, and so worthless. */
async function absentAsNone(answer: Promise<string[]>): Promise<string[]> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENODATA" || error.code === "ENOTFOUND")) return [];
    throw error;
  }
}
