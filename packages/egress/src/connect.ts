import type { LookupAddress } from "node:dns";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { AddressRule } from "./address.ts";
import { EgressError } from "./egress-error.ts";
import { internalAddress, type Target } from "./target.ts";

export interface ConnectOptions {
  /** Vetted addresses; no other is connected to. */
  addresses: LookupAddress[];
  rule: AddressRule;
  /** Certificate authorities trusted instead of the system's, PEM. */
  ca: string | undefined;
  signal: AbortSignal;
}

/**
 * A connection to one of the vetted addresses, encrypted for https. The name is not looked up again: what was checked is what is
 * connected to, and the address at the other end is checked once more.
 * @throws EgressError `unreachable`, `tls` or `blocked`; the signal's reason when it aborts
 */
export async function connect(target: Target, { addresses, rule, ca, signal }: ConnectOptions): Promise<Socket> {
  const tcp = connectTcp({
    host: target.host,
    port: target.port,
    // Not called for an IP address, which was vetted as it stands.
    lookup: (_host, _options, done) => done(null, addresses),
    autoSelectFamily: true,
    // The default of 250 ms gives up hosts that are merely far away.
    autoSelectFamilyAttemptTimeout: 1_000,
    noDelay: true,
  });
  try {
    await settled(tcp, "connect", signal).catch((cause: unknown) => {
      throw new EgressError("unreachable", "The address could not be reached", { cause });
    });
    if (rule(tcp.remoteAddress ?? "") === "internal") throw internalAddress();
    if (target.url.protocol === "http:") return tcp;
    const tls = connectTls({
      socket: tcp,
      host: target.host,
      ...(!target.isAddress && { servername: target.host }),
      ALPNProtocols: ["http/1.1"],
      ...(ca !== undefined && { ca }),
    });
    await settled(tls, "secureConnect", signal).catch((cause: unknown) => {
      throw new EgressError("tls", "No trusted encrypted connection could be made to the address", { cause });
    });
    return tls;
  } catch (error) {
    tcp.destroy();
    signal.throwIfAborted();
    throw error;
  }
}

function settled(socket: Socket, event: "connect" | "secureConnect", signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onAbort = () => reject(signal.reason);
  const onClose = () => reject(new Error("closed"));
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  socket.once(event, resolve).once("close", onClose).on("error", reject);
  return promise.finally(() => {
    signal.removeEventListener("abort", onAbort);
    socket.off("close", onClose);
  });
}
