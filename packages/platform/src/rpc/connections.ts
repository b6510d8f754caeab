import type { Server as Http1Server } from "node:http";
import type { Http2Server, ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createEncryption, type Encryption } from "./encryption.ts";
import { sniffConnection } from "./sniff.ts";
import type { RpcTls } from "./tls.ts";

/** The connections of an RPC port, each with the server that speaks what it speaks. */
export interface Connections {
  /** Absent where the port has no certificate. */
  readonly encryption: Encryption | undefined;
  /** Takes no new connection, and asks callers to call elsewhere. What they sent before they knew is still taken. */
  leave(): Promise<void>;
  /** Ends every connection once its calls have ended, and cuts off what is left after that many milliseconds. */
  close(closeMs: number): Promise<void>;
}

/** Milliseconds. */
export interface ConnectionLimits {
  /** Until the first byte of a connection, the end of its TLS handshake, and the last byte of an HTTP/1 request's headers. Default: 10 s. */
  headersMs: number;
  /** Silence after which an HTTP/2 connection is pinged. Default: 60 s. */
  pingAfterMs: number;
  /** Until that ping is answered, or the connection is cut. Default: 10 s. */
  pingTimeoutMs: number;
}

export interface ConnectionsOptions {
  http1: Http1Server;
  http2: Http2Server;
  limits: ConnectionLimits;
  tls: RpcTls | undefined;
}

/** What a caller may send before it is told to go on: with HTTP/2's own 64 KiB a request of 10 MiB takes 160 turns. */
export const windowBytes = 1024 * 1024;

/** How long a caller may take to hear that it is to call elsewhere. Node does not tell when it has heard. */
const leaveMs = 300;

/** Hands every connection to one of the two servers. The HTTP/1 server owns the port, so that its limits on slow requests hold. */
export function shareConnections({ http1, http2, limits, tls }: ConnectionsOptions): Connections {
  const sockets = new Set<Socket>();
  /** Connections of which it is not known yet what they speak. */
  const silent = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  let leaving = false;
  const [onHttp1] = http1.listeners("connection") as ((this: Http1Server, socket: Socket) => void)[];
  http1.removeAllListeners("connection");
  const serve = (socket: Socket, version: "1" | "2") => {
    if (version === "1") onHttp1?.call(http1, socket);
    else http2.emit("connection", socket);
  };
  const encryption = tls?.serves === true ? createEncryption(tls, { handshakeMs: limits.headersMs, onSecure: serve }) : undefined;
  http1.on("connection", (socket) => {
    sockets.add(socket);
    silent.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      silent.delete(socket);
    });
    sniffConnection(socket, {
      firstByteMs: limits.headersMs,
      onKnown: (spoken) => {
        silent.delete(socket);
        // Half a connection is of use to HTTP/1 only. Over HTTP/2 the end of a caller's process would be noticed by the next ping, and its calls go on until then.
        if (spoken !== "1") socket.allowHalfOpen = false;
        if (spoken !== "tls") serve(socket, spoken);
        else if (encryption !== undefined) encryption.accept(socket);
        else serve(socket, "1");
      },
    });
  });
  http2.on("session", (session) => {
    sessions.add(session);
    session.setLocalWindowSize(4 * windowBytes);
    session.once("close", () => sessions.delete(session));
    session.setTimeout(limits.pingAfterMs);
    session.on("timeout", () => pingOrDestroy(session, limits));
    // The first call of a connection that was made at the last moment is on its way.
    if (leaving) session.once("stream", () => session.close());
  });

  return {
    encryption,
    leave: async () => {
      leaving = true;
      if (http1.listening) http1.close();
      for (const session of sessions) if (!session.destroyed) session.goaway();
      // A session that was closed now would meet a call on its way with a broken connection, and its caller could not tell whether it was taken up.
      const until = performance.now() + leaveMs;
      while (silent.size + sessions.size > 0 && performance.now() < until) await sleep(5);
      for (const session of sessions) session.close();
      for (const socket of silent) socket.destroy();
    },
    close: async (closeMs) => {
      const closed = new Promise<void>((resolve) => http1.close(() => resolve()));
      for (const socket of silent) socket.destroy();
      for (const session of sessions) session.close();
      // A connection kept alive becomes idle only after its last answer.
      const sweep = setInterval(() => http1.closeIdleConnections(), 20);
      const cut = setTimeout(() => {
        for (const session of sessions) session.destroy();
        for (const socket of sockets) socket.destroy();
      }, closeMs);
      await closed;
      clearInterval(sweep);
      clearTimeout(cut);
    },
  };
}

/** A peer that vanished without a word would otherwise hold its connection for hours. */
function pingOrDestroy(session: ServerHttp2Session, { pingAfterMs, pingTimeoutMs }: ConnectionLimits): void {
  const timer = setTimeout(() => session.destroy(), pingTimeoutMs);
  const end = () => {
    clearTimeout(timer);
    session.off("close", end);
    // Silence is told of once, and a ping does not end it.
    if (!session.destroyed) session.setTimeout(pingAfterMs);
  };
  session.once("close", end);
  if (!session.destroyed) session.ping(end);
}
