import type { Tracer } from "@parlance/platform";
import type { Ports } from "@parlance/ports";
import type { ProcessConfig } from "../process-config.ts";
import { schemeOf } from "../stores.ts";
import { tracePort } from "./trace-port.ts";
import { tracedEvents } from "./traced-events.ts";
import { builtIn, tracedEmbedder, tracedModel } from "./traced-models.ts";
import { tracedBlobs, tracedDocuments, tracedSearch } from "./traced-stores.ts";

/** The same ports, with a span for each call. */
export function tracedPorts(ports: Partial<Ports>, { tracer, config }: { tracer: Tracer; config: ProcessConfig }): Partial<Ports> {
  const trace = tracePort(tracer);
  const { documents, search, events, blobs, embedder, model } = ports;
  const system = (url: string) => systems[schemeOf(url)] ?? schemeOf(url);
  const provider = (url: string) => (schemeOf(url) === "local" ? builtIn : "openai");
  return {
    ...(documents && { documents: tracedDocuments(documents, { trace, system: system(config.PARLANCE_DOCUMENTS_URL) }) }),
    ...(search && { search: tracedSearch(search, { trace, system: system(config.PARLANCE_SEARCH_URL) }) }),
    ...(events && { events: tracedEvents(events, { tracer, system: messaging(config.PARLANCE_EVENTS_URL) }) }),
    ...(blobs && { blobs: tracedBlobs(blobs, { trace, system: blobSystem(config.PARLANCE_BLOBS_URL) }) }),
    ...(embedder && { embedder: tracedEmbedder(embedder, { trace, provider: provider(config.PARLANCE_EMBEDDINGS_URL) }) }),
    ...(model && { model: tracedModel(model, { tracer, provider: provider(config.PARLANCE_MODEL_URL) }) }),
  };
}

/** Names of the conventions by the scheme of a store's address. */
const systems: Readonly<Record<string, string>> = {
  embedded: "sqlite",
  mongodb: "mongodb",
  "mongodb+srv": "mongodb",
  "elasticsearch+http": "elasticsearch",
  "elasticsearch+https": "elasticsearch",
};

function messaging(url: string): string {
  return schemeOf(url) === "embedded" ? "parlance" : "kafka";
}

function blobSystem(url: string): string {
  return schemeOf(url) === "embedded" ? "file" : schemeOf(url);
}
