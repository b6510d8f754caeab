import { isIP } from "node:net";
import { EgressError } from "./egress-error.ts";
import type { AddressRule } from "./address.ts";

/** Where a call goes, with its host in the one notation that everything below works with. */
export interface Target {
  url: URL;
  /** A lower-case ASCII name without trailing dot, or an IP address without brackets. */
  host: string;
  port: number;
  isAddress: boolean;
  /** A name that means something only inside a network, such as `mongo`: it may resolve to allowed addresses alone. */
  isInternalName: boolean;
}

export interface TargetRules {
  addresses: AddressRule;
  /** Ports that may be reached beside those open to everyone. */
  ports: ReadonlySet<number>;
  /** False when no setting opens any address: then an internal name need not even be looked up. */
  opensAny: boolean;
}

/** Ports above 1023 at which databases, brokers, caches and container engines listen, which answer to stray HTTP. */
const internalPorts = new Set([
  1433, 1521, 2049, 2181, 2375, 2376, 2379, 2380, 3306, 4369, 5432, 5672, 5984, 6000, 6379, 6443, 6666, 6667, 7000, 7001, 8500,
  9042, 9092, 9093, 9200, 9300, 10_250, 10_255, 11_211, 15_672, 26_379, 27_017, 27_018, 27_019,
]);
const internalSuffixes = [
  "localhost",
  "local",
  "internal",
  "intranet",
  "lan",
  "home",
  "corp",
  "localdomain",
  "home.arpa",
  "svc",
  "arpa",
];

/**
 * Reads an address that somebody typed and refuses what no call may reach, as far as it can be told without looking a name up.
 * @throws EgressError `blocked`
 */
export function readTarget(address: string | URL, rules: TargetRules): Target {
  const url = parse(String(address));
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  if (!isOpenPort(port, rules.ports)) throw new EgressError("blocked", "The address names a port that may not be called");
  const target = { url, host, port, isAddress: isIP(host) !== 0, isInternalName: isInternalName(host) };
  const isPlainlyInternal = target.isAddress ? rules.addresses(host) === "internal" : target.isInternalName && !rules.opensAny;
  if (isPlainlyInternal) throw internalAddress();
  return target;
}

/** One text for every address inside a network, so that it does not tell what is there. */
export function internalAddress(): EgressError {
  return new EgressError("blocked", "The address does not lead to the public internet");
}

function parse(text: string): URL {
  // A URL parser drops some of these silently, and then checks something else than what was written.
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0020\u007f-\u009f]/.test(text)) {
    throw new EgressError("blocked", "The address holds blanks or control characters");
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new EgressError("blocked", "The address is not valid");
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new EgressError("blocked", "The address must begin with http:// or https://");
  }
  if (url.username !== "" || url.password !== "")
    throw new EgressError("blocked", "The address must hold no user name or password");
  if (url.hostname.endsWith(".")) url.hostname = url.hostname.slice(0, -1);
  if (url.hostname === "" || url.hostname.endsWith(".")) throw new EgressError("blocked", "The address names no host");
  url.hash = "";
  return url;
}

function isOpenPort(port: number, opened: ReadonlySet<number>): boolean {
  return port === 80 || port === 443 || opened.has(port) || (port > 1023 && !internalPorts.has(port));
}

function isInternalName(host: string): boolean {
  if (isIP(host) !== 0) return false;
  return (
    !host.includes(".") ||
    internalSuffixes.some((suffix) => host === suffix || host.endsWith(`.${suffix}`)) ||
    host.endsWith(".cluster.local")
  );
}
