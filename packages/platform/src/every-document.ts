import type { Collection, EveryTenant, Query, Stored, Tenant } from "@parlance/ports";

/**
 * All documents that a query finds, page by page as they are asked for: `limit` is how many are read at once. One that is neither written
 * nor deleted meanwhile comes exactly once.
 */
export async function* everyDocument<T extends object>(
  collection: Collection<T>,
  tenant: Tenant | EveryTenant,
  query: Omit<Query<T>, "cursor" | "offset">,
): AsyncGenerator<Stored<T>, void> {
  let page = await collection.find(tenant, query);
  yield* page.items;
  while (page.nextCursor !== undefined) {
    page = await collection.find(tenant, { ...query, cursor: page.nextCursor });
    yield* page.items;
  }
}
