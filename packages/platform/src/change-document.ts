import { isStoreError, type Collection, type Stored, type Tenant, type WriteOptions } from "@parlance/ports";
import { AppError } from "./app-error.ts";

/** What a change makes of a document: new data with its events, or undefined to leave it as it is. */
export type Change<T extends object> = { data: T; events?: WriteOptions["events"] } | undefined;

const attempts = 20;

/**
 * Reads a document, lets `change` decide, and writes exactly the version that was read; when somebody else wrote meanwhile, all of it
 * again. `change` may run several times, so it must have no effect of its own. undefined when there is no such document.
 * @throws AppError VERSION_CONFLICT after 20 lost races.
 */
export async function changeDocument<T extends object>(
  collection: Collection<T>,
  at: { tenant: Tenant; id: string },
  change: (current: Stored<T>) => Change<T>,
): Promise<Stored<T> | undefined> {
  for (let attempt = 1; ; attempt++) {
    const current = await collection.get(at.tenant, at.id);
    if (current === undefined) return undefined;
    const wanted = change(current);
    if (wanted === undefined) return current;
    try {
      return await collection.replace(current, wanted.data, wanted.events === undefined ? {} : { events: wanted.events });
    } catch (error) {
      if (!isStoreError(error, "version_conflict")) throw error;
      if (attempt === attempts) throw new AppError("VERSION_CONFLICT", { cause: error });
      // A short random wait spreads writers that keep colliding; on the embedded store the first try always wins.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 2 * attempt));
    }
  }
}
