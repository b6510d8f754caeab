import { join, relative, resolve } from "node:path";
import { ConfigError, type Clock, type Logger } from "@parlance/platform";
import { isStoreError, type BlobStore, type DocumentStore, type Embedder, type EventBus, type SearchIndex } from "@parlance/ports";
import { azureCredentials, s3Credentials } from "./blob-credentials.ts";
import { readKafkaAddress } from "./kafka-address.ts";
import { isWithin } from "./is-within.ts";
import type { ProcessConfig } from "./process-config.ts";

/** A store on this machine's disk that can be read and no more be written to until it is opened again. */
export interface DiskFailure {
  error: Error;
  /** The store's own. */
  file: string;
}

export async function openDocuments(
  config: ProcessConfig,
  { onDiskFailure, clock, log }: { onDiskFailure: (failure: DiskFailure) => void; clock: Clock; log: Logger },
): Promise<DocumentStore> {
  const url = config.PARLANCE_DOCUMENTS_URL;
  if (schemeOf(url) === "embedded") {
    const { openEmbeddedDocumentStore } = await import("@parlance/storage/embedded");
    const file = pathOf("documents", config);
    const monotonic = () => clock.monotonic?.() ?? clock.now();
    return openEmbeddedDocumentStore({ path: file, onBroken: (error) => onDiskFailure({ error, file }), monotonic });
  }
  const { openMongoDocumentStore } = await import("@parlance/storage/mongo");
  const onAlone = (err: unknown) =>
    log.warn({ err }, "requests are limited by each process for itself until the document store is back");
  return openMongoDocumentStore({ url, onAlone });
}

export async function openBlobs(config: ProcessConfig): Promise<BlobStore> {
  const url = config.PARLANCE_BLOBS_URL;
  if (schemeOf(url) === "s3") {
    const { openS3BlobStore } = await import("@parlance/storage/s3");
    return asSetting("PARLANCE_BLOBS_URL", openS3BlobStore({ url, ...s3Credentials(config) }));
  }
  if (schemeOf(url) === "azure") {
    const { openAzureBlobStore } = await import("@parlance/storage/azure");
    return asSetting("PARLANCE_BLOBS_URL", openAzureBlobStore({ url, ...azureCredentials(config) }));
  }
  const { openFolderBlobStore } = await import("@parlance/storage/blob");
  const path = pathOf("blobs", config);
  // Of all stores on disk this one alone may be used by several processes; with the documents elsewhere there may be some.
  return openFolderBlobStore({ path, shared: schemeOf(config.PARLANCE_DOCUMENTS_URL) !== "embedded" });
}

export async function openEvents(
  config: ProcessConfig,
  process: {
    name: string;
    log: Logger;
    onFatal: (error: Error) => void;
    onDiskFailure: (failure: DiskFailure) => void;
    atRest?: boolean | undefined;
  },
): Promise<EventBus> {
  const url = config.PARLANCE_EVENTS_URL;
  const { log, name, onFatal, onDiskFailure, atRest = false } = process;
  if (schemeOf(url) === "embedded") {
    const { openEmbeddedEventBus } = await import("@parlance/messaging");
    const file = pathOf("events", config);
    const onBroken = (error: Error) => onDiskFailure({ error, file });
    // At rest no event moves: whoever comes upon the damage is told of it by the call.
    const own = atRest ? { examine: false } : { onDamaged: onFatal };
    return openEmbeddedEventBus({ path: file, log, onBroken, ...own });
  }
  const { openKafkaEventBus } = await import("@parlance/messaging/kafka");
  const partitions = config.PARLANCE_EVENTS_PARTITIONS;
  return openKafkaEventBus({ ...readKafkaAddress(url), clientId: `parlance-${name}`, partitions, log, onFatal });
}

export async function openSearch(
  config: ProcessConfig,
  { dimension, model, predecessor }: Embedder,
  { log }: { log: Logger },
): Promise<SearchIndex> {
  const url = config.PARLANCE_SEARCH_URL;
  if (schemeOf(url) === "embedded") {
    const { openEmbeddedSearchIndex } = await import("@parlance/storage/embedded");
    const onConversion = {
      begun: (files: number) => log.info({ files }, "converting the search index to the embedding model of this version"),
      failed: (err: Error) => log.error({ err }, "the search index of a chatbot cannot be converted"),
      ended: () => log.info("search index converted"),
    };
    return openEmbeddedSearchIndex({ path: pathOf("search", config), dimension, model, predecessor, onConversion });
  }
  const { openElasticSearchIndex } = await import("@parlance/storage/elastic");
  return openElasticSearchIndex({ url: url.slice("elasticsearch+".length), dimension, model });
}

export type StoreName = "documents" | "search" | "events" | "blobs";

/** Names of the stores that lie in files of this machine, among those that are used. */
export function embeddedStores(config: ProcessConfig, used: (name: StoreName) => boolean = () => true): StoreName[] {
  return storeNames.filter((name) => used(name) && isEmbedded(name, config));
}

/** Whether all stores are used and lie in files of this machine. */
export function areAllEmbedded(config: ProcessConfig, used?: (name: StoreName) => boolean): boolean {
  return embeddedStores(config, used).length === storeNames.length;
}

/** Whether a store lies in files of this machine. */
export function isEmbedded(name: StoreName, config: ProcessConfig): boolean {
  return schemeOf(urlsOf(config)[name]) === "embedded";
}

/** A store of its own folder, which its processes may share; `embedded:` alone means each process's own data folder. */
export function isNamedFolder(url: string): boolean {
  return schemeOf(url) === "embedded" && url !== "embedded:";
}

/** Where the embedded search index lies; undefined when it lies on a server. */
export function embeddedSearchFolder(config: ProcessConfig): string | undefined {
  return isEmbedded("search", config) ? pathOf("search", config) : undefined;
}

/**
 * Where each store lies in the data folder, relative to it. Of one that lies elsewhere, or where not every file system could have it, the place
 * that it has by default.
 */
export function placesInDataFolder(config: ProcessConfig): Readonly<Record<StoreName, string>> {
  const dataDir = resolve(config.PARLANCE_DATA_DIR);
  const places = storeNames.map((name) => {
    const path = resolve(pathOf(name, config));
    const place = relative(dataDir, path);
    return [name, isWithin(dataDir, path) && !/[:*?"<>|]/.test(place) ? place : fileNames[name]];
  });
  return Object.fromEntries(places) as Record<StoreName, string>;
}

export function schemeOf(url: string): string {
  return url.slice(0, url.indexOf(":"));
}

/** An address that an adapter finds wrong is a fault of the settings like any other. */
async function asSetting<T>(variable: string, opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    if (isStoreError(error, "invalid")) throw new ConfigError([`${variable}: ${error.message}`]);
    throw error;
  }
}

/** What each store is called in its folder, a file or a folder itself. */
const fileNames: Readonly<Record<StoreName, string>> = {
  documents: "documents.db",
  search: "search",
  events: "events.db",
  blobs: "blobs",
};

const storeNames: readonly StoreName[] = ["documents", "search", "events", "blobs"];

function urlsOf(config: ProcessConfig): Record<StoreName, string> {
  return {
    documents: config.PARLANCE_DOCUMENTS_URL,
    search: config.PARLANCE_SEARCH_URL,
    events: config.PARLANCE_EVENTS_URL,
    blobs: config.PARLANCE_BLOBS_URL,
  };
}

function pathOf(name: StoreName, config: ProcessConfig): string {
  return join(folderOf(urlsOf(config)[name], config), fileNames[name]);
}

/** `embedded:./elsewhere` names a folder of its own; `embedded:` alone is the data folder. */
function folderOf(url: string, config: ProcessConfig): string {
  const path = url.slice("embedded:".length);
  return path === "" ? config.PARLANCE_DATA_DIR : path;
}
