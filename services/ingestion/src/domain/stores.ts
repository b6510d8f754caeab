import type { Collection, DocumentStore, Tenant } from "@parlance/ports";
import type { CrawledPage } from "./crawled-page.ts";
import type { Job } from "./job.ts";
import type { Knowledge } from "./knowledge.ts";

/** One chatbot of one user. */
export interface ChatbotKey {
  tenant: Tenant;
  chatbotId: string;
}

export interface IngestionStores {
  /** By chatbot id. */
  knowledge: Collection<Knowledge>;
  /** By job id; jobs that have begun. */
  jobs: Collection<Job>;
  /** Pages that unfinished jobs have crawled, by job id and item. */
  pages: Collection<CrawledPage>;
}

export function openStores(documents: DocumentStore): IngestionStores {
  return {
    knowledge: documents.collection({ name: "ingestion.knowledge", indexes: [{ fields: ["busy"] }] }),
    jobs: documents.collection({ name: "ingestion.jobs", indexes: [{ fields: ["chatbotId", "createdAt"] }] }),
    pages: documents.collection({ name: "ingestion.pages", indexes: [{ fields: ["jobId"] }, { fields: ["chatbotId"] }] }),
  };
}
