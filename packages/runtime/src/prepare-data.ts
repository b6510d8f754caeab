import { services, type ServiceName } from "@parlance/contracts";
import { ConfigError, type Secret, type ServiceDefinition } from "@parlance/platform";
import { lockDataDirectory } from "@parlance/storage/embedded";
import { usedPorts } from "./adapters.ts";
import { refuseLostDocuments } from "./lost-documents.ts";
import type { ProcessConfig } from "./process-config.ts";
import { embeddedCredential } from "./rpc-credential.ts";
import { embeddedStores, isNamedFolder, type StoreName } from "./stores.ts";
import type { Undo } from "./undo.ts";

export interface Preparing {
  config: ProcessConfig;
  undo: Undo;
  /** True: other services run in other processes. Default: when a service that is needed does not run here. */
  spread?: boolean | undefined;
}

/**
 * Takes the data folder for this process, where something in it bears no second one, and finds the credential of the RPC port.
 * @throws ConfigError when services are spread over processes and a store cannot be shared, or when anybody could call the RPC port;
 *   StoreError when another process has the folder, or when its documents are gone
 */
export async function prepareData(
  definitions: readonly ServiceDefinition[],
  { config, undo, spread }: Preparing,
): Promise<Secret | undefined> {
  const used = usedPorts(definitions);
  const embedded = embeddedStores(config, (name) => used.has(name));
  if (spread ?? needsOthers(definitions)) refuseUnshared(embedded, config);
  const documentsElsewhere = used.has("documents") && !embedded.includes("documents");
  const unshared = embedded.filter((name) => name !== "blobs" || !documentsElsewhere);
  if (unshared.length === 0) return sharedCredential(config);
  const lock = await lockDataDirectory(config.PARLANCE_DATA_DIR);
  undo.add("data folder", async () => lock.close());
  if (config.PARLANCE_DOCUMENTS_URL === "embedded:") await refuseLostDocuments(config.PARLANCE_DATA_DIR);
  return config.PARLANCE_RPC_TOKEN ?? embeddedCredential(config.PARLANCE_DATA_DIR);
}

function needsOthers(definitions: readonly ServiceDefinition[]): boolean {
  const here = new Set<ServiceName>(definitions.map((definition) => definition.name));
  return definitions.some(({ needs }) => needs.some((need) => !here.has(services[need].owner)));
}

const shareable: Readonly<Record<StoreName, string>> = {
  documents: "PARLANCE_DOCUMENTS_URL: expected mongodb:…",
  search: "PARLANCE_SEARCH_URL: expected elasticsearch+http:…",
  events: "PARLANCE_EVENTS_URL: expected kafka:…",
  blobs: "PARLANCE_BLOBS_URL: expected s3:…, azure:… or embedded:/folder, one that all processes see",
};

function refuseUnshared(embedded: readonly StoreName[], config: ProcessConfig): void {
  const unshared = embedded.filter((name) => name !== "blobs" || !isNamedFolder(config.PARLANCE_BLOBS_URL));
  if (unshared.length === 0) return;
  throw new ConfigError(unshared.map((name) => `${shareable[name]}, because services run in several processes and share it`));
}

function sharedCredential({ PARLANCE_RPC_TOKEN: token, PARLANCE_HOST: host }: ProcessConfig): Secret | undefined {
  if (token !== undefined || host === "localhost" || host === "::1" || host.startsWith("127.")) return token;
  throw new ConfigError([
    "PARLANCE_RPC_TOKEN is not set: with PARLANCE_HOST beyond this machine, calls between services need a credential, the same in all of them",
  ]);
}
