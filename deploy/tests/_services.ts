import { readFileSync } from "node:fs";
import { join } from "node:path";
import { account } from "@parlance/account";
import { chat } from "@parlance/chat";
import { services } from "@parlance/contracts";
import { conversation } from "@parlance/conversation";
import { gateway } from "@parlance/gateway";
import { ingestion } from "@parlance/ingestion";
import { parseConfig, Secret, type ServiceDefinition } from "@parlance/platform";
import { retrieval } from "@parlance/retrieval";
import { readProcessConfig } from "../../packages/runtime/src/process-config.ts";

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

/** Settings that a process of the service reads: the process's own and the service's. */
export function settingsOf({ config }: ServiceDefinition): ReadonlySet<string> {
  return new Set([...processSettings, ...Object.keys(config)]);
}

/** Whether a setting holds something that nobody may see. */
export function isCredential(name: string): boolean {
  return /_(?:KEY|TOKEN|PASSWORD|SAS)$/.test(name) || isSecret(name);
}

/** A value of the form that the strictest credential has, read in the place of this setting alone. */
function isSecret(name: string): boolean {
  const env = { [name]: "sk-0123456789abcdefghijklmnopqrstuv" };
  const configs = definitions
    .filter(({ config }) => name in config)
    .map(
      ({ config }) =>
        () =>
          parseConfig(config, env),
    );
  return [...configs, () => readProcessConfig(env)].some((read) => {
    try {
      return (read() as Record<string, unknown>)[name] instanceof Secret;
    } catch {
      return false;
    }
  });
}

/** Which credentials of the process a service has use for, by the ports that it opens; one that is in no list would reach nobody. */
const usedWith: Record<string, readonly string[] | "always"> = {
  PARLANCE_RPC_TOKEN: "always",
  PARLANCE_MODEL_API_KEY: ["model", "embedder", "search"],
  PARLANCE_EMBEDDINGS_API_KEY: ["model", "embedder", "search"],
  PARLANCE_BLOBS_ACCESS_KEY: ["blobs"],
  PARLANCE_BLOBS_SECRET_KEY: ["blobs"],
  PARLANCE_BLOBS_SAS: ["blobs"],
};

/** Credentials that a service has use for. @throws for one of which nobody has said who uses it */
export function credentialsOf(definition: ServiceDefinition): string[] {
  return [...settingsOf(definition)].filter(isCredential).filter((name) => {
    if (name in definition.config) return true;
    const uses = usedWith[name];
    if (uses === undefined) throw new Error(`${name} is a credential: say in deploy/tests/_services.ts which services use it`);
    return uses === "always" || (definition.ports ?? uses).some((port) => uses.includes(port));
  });
}
