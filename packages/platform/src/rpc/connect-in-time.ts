import type { Socket } from "node:net";

/** Long for a network between services, and short beside the deadline of a call: a machine that is gone answers nothing, for minutes. */
const connectMs = 2_000;

/** Gives up a connection that is not made in time, so that the call is made at another replica. `made` is the event that tells of it. */
export function inTime<S extends Socket>(socket: S, made: "connect" | "secureConnect"): S {
  const timer = setTimeout(() => socket.destroy(tooLate()), connectMs);
  const clear = () => clearTimeout(timer);
  socket.once(made, clear).once("close", clear);
  return socket;
}

/** As the system's own, which comes after two minutes. */
function tooLate(): Error {
  return Object.assign(new Error(`no connection was made in ${connectMs} ms`), { code: "ETIMEDOUT", syscall: "connect" });
}
