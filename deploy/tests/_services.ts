import { readFileSync } from "node:fs";
import { join } from "node:path";
import { account } from "@parlance/account";
import { chat } from "@parlance/chat";
import { services } from "@parlance/contracts";
import { conversation } from "@parlance/conversation";
import { gateway } from "@parlance/gateway";
import { ingestion } from "@parlance/ingestion";
import type { ServiceDefinition } from "@parlance/platform";
import { retrieval } from "@parlance/retrieval";

export const root = join(import.meta.dirname, "..", "..");

/** Every service, as it is. */
export const definitions: readonly ServiceDefinition[] = [account, chat, conversation, gateway, ingestion, retrieval];

/** Settings that every process reads. */
export const processSettings: ReadonlySet<string> = new Set(
  readFileSync(join(root, "packages", "runtime", "src", "process-config.ts"), "utf8").match(/(?<=^ {2})PARLANCE_\w+(?=:)/gm),
);

/** Names of the services that a service calls. */
export function owners({ needs }: ServiceDefinition): ReadonlySet<string> {
  return new Set(needs.map((need) => services[need].owner));
}
