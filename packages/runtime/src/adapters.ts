import { join } from "node:path";
import { ConfigError, type Logger } from "@parlance/platform";
import type { BlobStore, DocumentStore, Embedder, EventBus, LanguageModel, Ports, SearchIndex } from "@parlance/ports";
import type { ProcessConfig } from "./process-config.ts";

export interface OpenPorts {
  ports: Ports;
  /** Closes all of them, the last opened first. */
  close(): Promise<void>;
}

/**
 * Opens the adapters that the settings name. Only what is used gets loaded, so that a process that embeds locally never loads a client
 * of a server, and the other way round.
 * @throws ConfigError for an address that no adapter serves
 */
export async function openPorts(config: ProcessConfig, log: Logger): Promise<OpenPorts> {
  const opened: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(adapter: T): T => {
    opened.push(adapter);
    return adapter;
  };
  const close = async () => {
    for (const adapter of opened.reverse().splice(0)) await adapter.close();
  };
  try {
    const documents = keep(await openDocuments(config));
    const blobs = keep(await openBlobs(config));
    const events = keep(await openEvents(config, log));
    const embedder = keep(await openEmbedder(config, log));
    const search = keep(await openSearch(config, embedder));
    const model = keep(await openModel(config, embedder));
    await documents.ready();
    return { ports: { documents, blobs, events, embedder, search, model }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Names of the stores that live in the data folder, if any; such a process must have the folder for itself. */
export function embeddedStores(config: ProcessConfig): string[] {
  const urls = {
    documents: config.PARLANCE_DOCUMENTS_URL,
    search: config.PARLANCE_SEARCH_URL,
    events: config.PARLANCE_EVENTS_URL,
    blobs: config.PARLANCE_BLOBS_URL,
  };
  return Object.entries(urls).flatMap(([name, url]) => (schemeOf(url) === "embedded" ? [name] : []));
}

async function openDocuments(config: ProcessConfig): Promise<DocumentStore> {
  const url = config.PARLANCE_DOCUMENTS_URL;
  if (schemeOf(url) === "embedded") {
    const { openEmbeddedDocumentStore } = await import("@parlance/storage/embedded");
    return openEmbeddedDocumentStore({ path: join(folderOf(url, config), "documents.db") });
  }
  throw unknownScheme("PARLANCE_DOCUMENTS_URL", "embedded:");
}

async function openBlobs(config: ProcessConfig): Promise<BlobStore> {
  const url = config.PARLANCE_BLOBS_URL;
  if (schemeOf(url) === "embedded") {
    const { openFolderBlobStore } = await import("@parlance/storage/blob");
    return openFolderBlobStore({ path: join(folderOf(url, config), "blobs") });
  }
  throw unknownScheme("PARLANCE_BLOBS_URL", "embedded:");
}

async function openEvents(config: ProcessConfig, log: Logger): Promise<EventBus> {
  const url = config.PARLANCE_EVENTS_URL;
  if (schemeOf(url) === "embedded") {
    const { openEmbeddedEventBus } = await import("@parlance/messaging");
    return openEmbeddedEventBus({ path: join(folderOf(url, config), "events.db"), log });
  }
  throw unknownScheme("PARLANCE_EVENTS_URL", "embedded:");
}

async function openSearch(config: ProcessConfig, embedder: Embedder): Promise<SearchIndex> {
  const url = config.PARLANCE_SEARCH_URL;
  const { dimension, model } = embedder;
  if (schemeOf(url) === "embedded") {
    const { openEmbeddedSearchIndex } = await import("@parlance/storage/embedded");
    return openEmbeddedSearchIndex({ path: join(folderOf(url, config), "search"), dimension, model });
  }
  throw unknownScheme("PARLANCE_SEARCH_URL", "embedded:");
}

async function openEmbedder(config: ProcessConfig, log: Logger): Promise<Embedder> {
  const url = config.PARLANCE_EMBEDDINGS_URL;
  if (schemeOf(url) === "local") {
    const { openLocalEmbedder } = await import("@parlance/models");
    const embedder = openLocalEmbedder();
    embedder.describe().then(
      (engine) => log.info({ engine }, "embedding model loaded"),
      (error: unknown) => log.error({ err: error }, "embedding model cannot be loaded"),
    );
    return embedder;
  }
  if (isHttp(url)) {
    const { openOpenAiEmbedder } = await import("@parlance/models");
    return openOpenAiEmbedder({
      baseUrl: url,
      apiKey: (config.PARLANCE_EMBEDDINGS_API_KEY ?? config.PARLANCE_MODEL_API_KEY)?.reveal() ?? "",
      model: config.PARLANCE_EMBEDDINGS_MODEL,
      dimension: config.PARLANCE_EMBEDDINGS_DIMENSION,
    });
  }
  throw unknownScheme("PARLANCE_EMBEDDINGS_URL", "local: or the base address of an OpenAI-compatible server");
}

async function openModel(config: ProcessConfig, embedder: Embedder): Promise<LanguageModel> {
  const url = config.PARLANCE_MODEL_URL;
  if (schemeOf(url) === "local") {
    const { createExtractiveModel } = await import("@parlance/models");
    return createExtractiveModel({ embedder });
  }
  if (isHttp(url)) {
    const { openOpenAiModel } = await import("@parlance/models");
    return openOpenAiModel({
      baseUrl: url,
      apiKey: config.PARLANCE_MODEL_API_KEY?.reveal() ?? "",
      ...(config.PARLANCE_MODEL_NAME !== undefined && { defaultModel: config.PARLANCE_MODEL_NAME }),
    });
  }
  throw unknownScheme("PARLANCE_MODEL_URL", "local: or the base address of an OpenAI-compatible server");
}

/** Where the embedded search index lies; undefined when it lies on a server. */
export function embeddedSearchFolder(config: ProcessConfig): string | undefined {
  const url = config.PARLANCE_SEARCH_URL;
  return schemeOf(url) === "embedded" ? join(folderOf(url, config), "search") : undefined;
}

/** `embedded:./elsewhere` names a folder of its own; `embedded:` alone is the data folder. */
function folderOf(url: string, config: ProcessConfig): string {
  const path = url.slice("embedded:".length);
  return path === "" ? config.PARLANCE_DATA_DIR : path;
}

function schemeOf(url: string): string {
  return url.slice(0, url.indexOf(":"));
}

function isHttp(url: string): boolean {
  return URL.canParse(url) && /^https?:/.test(url);
}

function unknownScheme(variable: string, expected: string): ConfigError {
  return new ConfigError([`${variable}: expected ${expected}`]);
}
