import type { Socket } from "node:net";
import { createServer, type SecureContextOptions, type Server, type TLSSocket } from "node:tls";
import { createContextKey, createContextValues, type ContextValues, type HandlerContext } from "@connectrpc/connect";
import { health } from "@parlance/contracts";
import { turnAway } from "./credential.ts";
import type { RpcTls, TlsMaterial } from "./tls.ts";

export interface Encryption {
  /** Encrypts a connection that has begun with a handshake; the listener gets it when that is done, with the HTTP version agreed on. */
  accept(socket: Socket): void;
  /** What {@link Encryption.admit} is to know of a request. */
  describe(request: { socket: Socket }): ContextValues;
  /** @throws ConnectError UNAUTHENTICATED when the call came without TLS, or without the certificate that is asked for */
  admit(context: HandlerContext): void;
}

export interface EncryptionOptions {
  handshakeMs: number;
  onSecure: (socket: TLSSocket, version: "1" | "2") => void;
}

/**
 * TLS on a server's connections. Health is told without it, too, since the probes of Kubernetes and of containers speak none; any other plain
 * call is refused in the words of its own protocol, and so is a caller without a certificate where one is asked for.
 */
export function createEncryption(tls: RpcTls, { handshakeMs, onSecure }: EncryptionOptions): Encryption {
  let material = tls.material();
  const asksForCertificates = material.clientCa !== undefined;
  const server: Server = createServer({
    ...contextOf(material),
    ALPNProtocols: ["h2", "http/1.1"],
    handshakeTimeout: handshakeMs,
    // Refused by `admit`, which can say why; in TLS 1.3 a client only sees that its connection broke.
    requestCert: asksForCertificates,
    rejectUnauthorized: false,
  });
  server.on("secureConnection", (socket) => onSecure(socket, socket.alpnProtocol === "h2" ? "2" : "1"));
  return {
    accept: (socket) => {
      const current = tls.material();
      if (current !== material) server.setSecureContext(contextOf(current));
      material = current;
      server.emit("connection", socket);
    },
    describe: ({ socket }) => createContextValues().set(faultKey, faultOf(socket as Partial<TLSSocket>, asksForCertificates)),
    admit: (context) => {
      const fault = context.values.get(faultKey);
      if (fault === undefined || context.service.typeName === health.Health.typeName) return;
      throw turnAway(fault);
    },
  };
}

const faultKey = createContextKey<string | undefined>(undefined);

function faultOf(socket: Partial<TLSSocket>, asksForCertificates: boolean): string | undefined {
  if (socket.encrypted !== true) return "This port takes calls over TLS only";
  if (!asksForCertificates || socket.authorized === true) return undefined;
  const isShown = Object.keys(socket.getPeerCertificate?.() ?? {}).length > 0;
  const why = isShown ? String(socket.authorizationError) : "none was shown";
  return `The call needs a certificate of the caller that this service trusts (${why})`;
}

function contextOf({ cert, key, clientCa }: TlsMaterial): SecureContextOptions {
  return {
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(clientCa !== undefined && { ca: clientCa }),
  };
}
