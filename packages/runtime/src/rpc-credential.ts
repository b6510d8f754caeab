import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "@parlance/platform";

/**
 * The credential of calls to this process's RPC port, kept in the data folder where its owner alone can read it, so that an internal consumer
 * on the same machine can call the services and nobody else.
 */
export function embeddedCredential(dataDir: string): Secret {
  const file = join(dataDir, "rpc-token");
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString("hex"), { mode: 0o600, flag: "wx" });
  return new Secret(readFileSync(file, "utf8").trim());
}
