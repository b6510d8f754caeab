import { ConfigError } from "@parlance/platform";
import type { ProcessConfig } from "./process-config.ts";

/** Beside the HTTP port unless told otherwise, so that a second Parlance on another port does not collide. */
export function rpcPort(config: ProcessConfig): number {
  if (config.PARLANCE_RPC_PORT !== undefined) return config.PARLANCE_RPC_PORT;
  return config.PARLANCE_PORT === 0 || config.PARLANCE_PORT === 65_535 ? 0 : config.PARLANCE_PORT + 1;
}

/** What the system says of that port, in the words of the settings; any other error as it is. */
export function portError(error: unknown, config: ProcessConfig): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const host = config.PARLANCE_HOST;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return new ConfigError([
      `PARLANCE_HOST: ${host} is no address of this machine; set it to one that is, such as 127.0.0.1 or 0.0.0.0`,
    ]);
  }
  if (code !== "EADDRINUSE" && code !== "EACCES") return error;
  const reason = code === "EADDRINUSE" ? "is taken by another program" : "may not be opened by this user";
  const advice =
    config.PARLANCE_RPC_PORT === undefined
      ? "it is the one after PARLANCE_PORT: set PARLANCE_PORT so that both are free, or PARLANCE_RPC_PORT to a free one"
      : "set PARLANCE_RPC_PORT to a free one";
  return new ConfigError([`PARLANCE_RPC_PORT: port ${rpcPort(config)} of ${host} ${reason}; ${advice}`]);
}
