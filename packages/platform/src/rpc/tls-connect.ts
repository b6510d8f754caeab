import { isIP } from "node:net";
// oxlint-disable-next-line no-restricted-imports -- Calls between our own services, at addresses that the operator has set.
import { connect, type TLSSocket } from "node:tls";
import type { RpcTls } from "./tls.ts";

export interface TlsConnectOptions {
  /** Absent: nothing but the authorities that Node knows. */
  tls: RpcTls | undefined;
  /** The name that the certificate must bear, when the address is one of several that the name stands for. Default: the address's own. */
  serverName: string | undefined;
}

/** Opens a connection for HTTP/2 that sends nothing before the other side has shown a certificate that is trusted and bears its name. */
export function connectTls(address: URL, { tls, serverName }: TlsConnectOptions): TLSSocket {
  const { cert, key, ca } = tls?.material() ?? {};
  const host = address.hostname.replace(/^\[|\]$/g, "");
  const name = serverName ?? host;
  const socket = connect({
    host,
    port: Number(address.port || 443),
    ALPNProtocols: ["h2"],
    ...(isIP(name) === 0 && { servername: name }),
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  });
  const onError = (error: Error) => {
    if (!isUnreachable(error)) handshakeFailures.add(error);
  };
  socket.once("error", onError).once("secureConnect", () => socket.off("error", onError));
  return socket;
}

/** Whether a connection failed between its opening and the first byte of a request: nothing of a call has been sent. */
export function isHandshakeFailure(error: Error): boolean {
  return handshakeFailures.has(error);
}

const handshakeFailures = new WeakSet<Error>();

function isUnreachable(error: Error): boolean {
  return "syscall" in error && (error.syscall === "connect" || error.syscall === "getaddrinfo");
}
