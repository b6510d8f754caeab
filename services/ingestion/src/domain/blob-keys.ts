import type { BlobKey } from "@parlance/ports";
import type { ChatbotKey } from "./stores.ts";

/** Where this service keeps a chatbot's blobs. */
export function rootOf({ tenant, chatbotId }: ChatbotKey): BlobKey {
  return `${tenant}/${chatbotId}/ingestion/`;
}

/** All that is needed only while the job lives. */
export function jobRoot(at: ChatbotKey, jobId: string): BlobKey {
  return `${rootOf(at)}jobs/${jobId}/`;
}

export function itemsKey(at: ChatbotKey, jobId: string): BlobKey {
  return `${jobRoot(at, jobId)}items`;
}

export function optionsKey(at: ChatbotKey, jobId: string): BlobKey {
  return `${jobRoot(at, jobId)}options`;
}

/** By what is in it, too: two workers may compose a batch at the same moment, and find differently many pages crawled. */
export function batchKey(at: ChatbotKey, jobId: string, { batch, digest }: { batch: number; digest: string }): BlobKey {
  return `${jobRoot(at, jobId)}batch-${String(batch).padStart(7, "0")}-${digest.slice(0, 16)}`;
}

export function manifestKey(at: ChatbotKey, jobId: string, item: number): BlobKey {
  return `${jobRoot(at, jobId)}manifest-${String(item).padStart(7, "0")}`;
}

export function contentKey(at: ChatbotKey, id: string): BlobKey {
  return `${rootOf(at)}contents/${id}`;
}

export function listKey(at: ChatbotKey, id: string): BlobKey {
  return `${rootOf(at)}lists/${id}`;
}

export function isOwnKey(key: BlobKey): boolean {
  return key.split("/")[2] === "ingestion";
}
