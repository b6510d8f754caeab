import type { Socket } from "node:net";

/** The first bytes of every HTTP/2 connection; HTTP/1 has no method of that name. */
const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

/** "PRI" is enough to tell. */
const telling = 3;

/** The first byte of every TLS connection: a handshake record. */
const handshake = 0x16;

/** What a connection speaks: HTTP/1, HTTP/2 or TLS with either in it. */
export type Spoken = "1" | "2" | "tls";

/**
 * Looks at the first bytes of a connection, puts them back and tells what is spoken. A client that
 * sends nothing within the time limit is cut off.
 */
export function sniffConnection(socket: Socket, options: { firstByteMs: number; onKnown: (spoken: Spoken) => void }): void {
  const timer = setTimeout(() => socket.destroy(), options.firstByteMs);
  const release = () => {
    clearTimeout(timer);
    socket.off("readable", look);
    socket.off("error", release);
    socket.off("close", release);
  };
  let start = Buffer.alloc(0);
  const look = () => {
    const more: Buffer | null = socket.read();
    if (more === null) return;
    start = Buffer.concat([start, more]);
    const compared = Math.min(start.length, preface.length);
    const same = start.subarray(0, compared).equals(preface.subarray(0, compared));
    if (same && compared < telling) return;
    release();
    // Put back only now: whatever is put back makes the socket readable again at once.
    socket.unshift(start);
    options.onKnown(start[0] === handshake ? "tls" : same ? "2" : "1");
  };
  socket.on("error", release);
  socket.on("close", release);
  socket.on("readable", look);
  look();
}
