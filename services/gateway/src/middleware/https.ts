import { BlockList, isIPv4 } from "node:net";
import type { Socket } from "node:net";
import type { IncomingMessage } from "node:http";
import { restErrors } from "../rest-error.ts";

type Peer = "loopback" | "proxy" | "public";

/**
 * Contract 1.1: plain HTTP is answered 403, except from loopback and from a trusted proxy that says the client came by HTTPS.
 * @returns a check that throws RestError
 */
export function requireHttps(trustedProxies: readonly string[]): (req: IncomingMessage) => void {
  const loopback = networks(["127.0.0.0/8", "::1"]);
  const proxies = networks(trustedProxies);
  // A connection's peer does not change, so it is classified once.
  const peers = new WeakMap<Socket, Peer>();
  const classify = (socket: Socket): Peer => {
    const address = socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/i, "") ?? "";
    if (contains(loopback, address)) return "loopback";
    return contains(proxies, address) ? "proxy" : "public";
  };
  return (req) => {
    let peer = peers.get(req.socket);
    if (peer === undefined) peers.set(req.socket, (peer = classify(req.socket)));
    if (peer === "loopback") return;
    if (peer === "proxy" && isHttpsThroughout(req.headers["x-forwarded-proto"])) return;
    throw restErrors.httpsRequired();
  };
}

/** Each of several proxies may have added what it saw; a client could have sent the first of them itself. */
function isHttpsThroughout(protocols: string | string[] = ""): boolean {
  return String(protocols)
    .split(",")
    .every((protocol) => protocol.trim().toLowerCase() === "https");
}

function networks(list: readonly string[]): BlockList {
  const result = new BlockList();
  for (const network of list) {
    const [address = "", prefix] = network.split("/");
    const family = isIPv4(address) ? "ipv4" : "ipv6";
    if (prefix === undefined) result.addAddress(address, family);
    else result.addSubnet(address, Number(prefix), family);
  }
  return result;
}

function contains(list: BlockList, address: string): boolean {
  return address !== "" && list.check(address, isIPv4(address) ? "ipv4" : "ipv6");
}
