import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "@parlance/platform";
import { StoreError } from "@parlance/ports";

/**
 * The credential of calls to this process's RPC port, kept in the data folder where its owner alone can read it, so that an internal consumer
 * on the same machine can call the services and nobody else.
 */
export function embeddedCredential(dataDir: string): Secret {
  const file = join(dataDir, "rpc-token");
  const known = read(file);
  // One that was cut short, or emptied, would be easy to guess.
  if (form.test(known)) return new Secret(known);
  const made = randomBytes(32).toString("hex");
  writeFileSync(`${file}.new`, made, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return new Secret(made);
}

function read(file: string): string {
  try {
    return existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  } catch (error) {
    throw new StoreError("unavailable", `${file} cannot be read: make it readable, or delete it`, { cause: error });
  }
}

const form = /^[0-9a-f]{64}$/;
