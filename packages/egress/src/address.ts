import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = [Address, number];

/** Decides whether an IP address in any notation may be reached. */
export type AddressRule = (address: string) => Verdict;
/** `allowed` was opened by a setting, `public` is global unicast, `internal` is everything else, and what is no address. */
export type Verdict = "allowed" | "public" | "internal";

/**
 * Not on the public internet although a classifier may call them unicast: IANA's special-purpose registries, and deprecated ranges that
 * hosts still route inwards.
 */
const notPublic: readonly Network[] = [
  "0.0.0.0/8",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "::/96",
  "64:ff9b:1::/48",
  "100::/64",
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "3fff::/20",
  "5f00::/16",
  "fc00::/7",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
].map((network) => ipaddr.parseCIDR(network));

/** Addresses through which a NAT64 gateway reaches IPv4; the last four bytes are the IPv4 address. */
const nat64: Network = ipaddr.parseCIDR("64:ff9b::/96");

/**
 * @param allow networks (CIDR) or single addresses that may be reached although they are not public
 * @throws Error for an entry that is neither
 */
export function createAddressRule(allow: readonly string[] = []): AddressRule {
  const allowed = allow.map(parseNetwork);
  return (text) => {
    if (!ipaddr.isValid(text)) return "internal";
    const address = reached(ipaddr.parse(text));
    if (allowed.some((network) => contains(network, address))) return "allowed";
    const isPublic = address.range() === "unicast" && !notPublic.some((network) => contains(network, address));
    return isPublic ? "public" : "internal";
  };
}

/** The address that packets end up at: an IPv6 form that only wraps an IPv4 address is judged as that. */
function reached(address: Address): Address {
  if (address.kind() === "ipv4") return address;
  const wide = address as ipaddr.IPv6;
  if (wide.isIPv4MappedAddress()) return wide.toIPv4Address();
  return contains(nat64, wide) ? ipaddr.fromByteArray(wide.toByteArray().slice(12)) : wide;
}

function contains([network, bits]: Network, address: Address): boolean {
  return network.kind() === address.kind() && address.match(network, bits);
}

function parseNetwork(text: string): Network {
  if (text.includes("/")) return ipaddr.parseCIDR(text);
  const address = ipaddr.parse(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}
