import type { Clock, Logger, ServiceDefinition } from "@parlance/platform";
import type { Embedder, LanguageModel, Ports } from "@parlance/ports";
import type { ProcessConfig } from "./process-config.ts";
import {
  isEmbedded,
  openBlobs,
  openDocuments,
  openEvents,
  openSearch,
  schemeOf,
  type DiskFailure,
  type StoreName,
} from "./stores.ts";
import type { Undo } from "./undo.ts";
import { untilThere } from "./until-there.ts";

export interface PortsOwner {
  definitions: readonly ServiceDefinition[];
  /** Names the process to servers. */
  name: string;
  log: Logger;
  clock: Clock;
  /** Ends the waiting for a server. */
  signal?: AbortSignal | undefined;
  /** Called when a port has failed in a way that only a new process mends. */
  onFatal: (error: Error) => void;
  /** Called when a store must be opened again, once its disk works. */
  onDiskFailure: (failure: DiskFailure) => void;
  /** Told how each is closed. */
  undo: Undo;
  /** True: nothing will be embedded, so no model is loaded ahead. */
  atRest?: boolean | undefined;
  /** True: a local model is loaded before anything is served, because other processes serve meanwhile. Else calls that come before it wait. */
  loadsFirst?: boolean | undefined;
}

/**
 * Opens the adapters that the settings name, as far as a service of the process uses them. Only what is used gets loaded, so that a
 * process that embeds locally never loads a client of a server, and the other way round. Waits for stores on servers that are away. A port that
 * no service of the process uses is absent.
 * @throws ConfigError for an address that its adapter cannot use; StoreError for a store that waiting does not mend
 */
export async function openPorts(config: ProcessConfig, owner: PortsOwner): Promise<Partial<Ports>> {
  const used = usedPorts(owner.definitions);
  const keep = <T extends { close(): Promise<void> }>(name: keyof Ports, adapter: T): T => {
    owner.undo.add(name, () => adapter.close());
    return adapter;
  };
  // What lies on this machine's disk is there, or no waiting brings it.
  const there = <T>(store: StoreName, work: () => Promise<T>) => (isEmbedded(store, config) ? work() : untilThere(work, owner));
  const ports: Partial<Ports> = {};
  if (used.has("documents")) {
    const documents = keep("documents", await openDocuments(config, owner));
    await there("documents", () => documents.ready());
    ports.documents = documents;
  }
  if (used.has("blobs")) ports.blobs = keep("blobs", await openBlobs(config));
  if (used.has("events")) ports.events = keep("events", await there("events", () => openEvents(config, owner)));
  const embeds = used.has("embedder") || used.has("search") || (used.has("model") && isLocal(config.PARLANCE_MODEL_URL));
  const embedder = embeds ? keep("embedder", await openEmbedder(config, owner)) : undefined;
  if (embedder !== undefined) ports.embedder = embedder;
  if (used.has("search") && embedder !== undefined)
    ports.search = keep("search", await there("search", () => openSearch(config, embedder, owner)));
  if (used.has("model")) ports.model = keep("model", await openModel(config, embedder));
  return ports;
}

const allPorts: readonly (keyof Ports)[] = ["documents", "search", "events", "blobs", "embedder", "model"];

export function usedPorts(definitions: readonly ServiceDefinition[]): ReadonlySet<keyof Ports> {
  return new Set(definitions.flatMap((definition) => definition.ports ?? allPorts));
}

async function openEmbedder(config: ProcessConfig, { log, atRest = false, loadsFirst = false }: PortsOwner): Promise<Embedder> {
  const url = config.PARLANCE_EMBEDDINGS_URL;
  if (isLocal(url)) {
    const { openLocalEmbedder } = await import("@parlance/models");
    const embedder = openLocalEmbedder({ languages: url === "local:english" ? "english" : "many" });
    if (atRest) return embedder;
    let isOpen = true;
    const loaded = embedder.describe().then(
      (engine) => log.info({ engine }, "embedding model loaded"),
      // A start that failed for another reason closes it before it is loaded; that reason is told instead.
      (error: unknown) => isOpen && log.error({ err: error }, "embedding model cannot be loaded"),
    );
    if (loadsFirst) await loaded;
    const close = () => {
      isOpen = false;
      return embedder.close();
    };
    return { ...embedder, close };
  }
  const { openOpenAiEmbedder } = await import("@parlance/models");
  return openOpenAiEmbedder({
    baseUrl: url,
    apiKey: (config.PARLANCE_EMBEDDINGS_API_KEY ?? config.PARLANCE_MODEL_API_KEY)?.reveal() ?? "",
    model: config.PARLANCE_EMBEDDINGS_MODEL,
    dimension: config.PARLANCE_EMBEDDINGS_DIMENSION,
  });
}

async function openModel(config: ProcessConfig, embedder: Embedder | undefined): Promise<LanguageModel> {
  const url = config.PARLANCE_MODEL_URL;
  if (isLocal(url) && embedder !== undefined) {
    const { createExtractiveModel } = await import("@parlance/models");
    return createExtractiveModel({ embedder });
  }
  const { openOpenAiModel } = await import("@parlance/models");
  return openOpenAiModel({
    baseUrl: url,
    apiKey: config.PARLANCE_MODEL_API_KEY?.reveal() ?? "",
    ...(config.PARLANCE_MODEL_NAME !== undefined && { defaultModel: config.PARLANCE_MODEL_NAME }),
  });
}

function isLocal(url: string): boolean {
  return schemeOf(url) === "local";
}
