import type { Stored, Tenant } from "@parlance/ports";

/** Documents of a collection that are kept. */
const mostDocuments = 512;
/** Longer ones cost memory, and their reading is not what a request waits for. */
const longestText = 4_096;

/**
 * Documents of one collection as they were read; the one kept longest goes first. The process is the only one that writes to its file, and every write drops what it
 * touches in the same turn of the event loop, so a document that is found here is the one in the file. It spares most reads of a request a
 * statement, its locks and a parse. What it gives is shared by all readers and therefore frozen.
 */
export class DocumentCache {
  readonly #documents = new Map<string, Stored<object>>();

  get(tenant: Tenant, id: string): Stored<object> | undefined {
    return this.#documents.get(keyOf(tenant, id));
  }

  /** Freezes the document. */
  keep(document: Stored<object>, textLength: number): void {
    if (textLength > longestText) return;
    const [oldest] = this.#documents.keys();
    if (this.#documents.size >= mostDocuments && oldest !== undefined) this.#documents.delete(oldest);
    this.#documents.set(keyOf(document.tenant, document.id), deepFreeze(document));
  }

  drop(tenant: Tenant, id: string): void {
    this.#documents.delete(keyOf(tenant, id));
  }
}

/** Neither part may hold the character between them. */
function keyOf(tenant: Tenant, id: string): string {
  return `${tenant}\0${id}`;
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
