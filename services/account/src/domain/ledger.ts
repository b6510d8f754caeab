import { AppError } from "@parlance/platform";
import { isStoreError, type Collection, type Stored, type Tenant } from "@parlance/ports";

/** What a change makes of the data, and what its caller is told. The same data object means that nothing has to be written. */
export interface Applied<T extends object, R> {
  data: T;
  result: R;
}

/** One document per user that many calls change at the same time: credits, characters, chatbot places. */
export interface Ledger<T extends object> {
  read(tenant: Tenant): Promise<T>;
  /**
   * Applies a pure change, which may run several times; what it throws reaches its caller alone and changes nothing. Resolves when
   * the change is durable.
   */
  change<R>(tenant: Tenant, change: (data: T) => Applied<T, R>): Promise<R>;
  /** Forgets the user's document. */
  erase(tenant: Tenant): Promise<void>;
}

interface Waiting<T extends object> {
  /** Gives the data after the change, and how to tell the caller once that is written. */
  apply(data: T): { data: T; tell: () => void };
  fail(error: unknown): void;
}

const documentId = "ledger";
const attempts = 50;

/**
 * Changes of one user that meet in a process are applied one after another to one read and made durable by one write, so parallel calls
 * neither overdraw nor wear each other out with conflicts. Between processes the version check of the write decides.
 */
export function createLedger<T extends object>(collection: Collection<T>, initial: T): Ledger<T> {
  const queues = new Map<Tenant, Waiting<T>[]>();

  async function drain(tenant: Tenant): Promise<void> {
    for (let batch = queues.get(tenant); batch !== undefined && batch.length > 0; batch = queues.get(tenant)) {
      queues.set(tenant, []);
      await writeBatch(collection, { tenant, initial, batch });
    }
    queues.delete(tenant);
  }

  return {
    read: async (tenant) => (await collection.get(tenant, documentId))?.data ?? initial,
    change: (tenant, change) =>
      new Promise((resolve, reject) => {
        const waiting: Waiting<T> = {
          apply: (data) => {
            const applied = change(data);
            return { data: applied.data, tell: () => resolve(applied.result) };
          },
          fail: reject,
        };
        const queue = queues.get(tenant);
        if (queue !== undefined) {
          queue.push(waiting);
          return;
        }
        queues.set(tenant, [waiting]);
        void drain(tenant);
      }),
    erase: async (tenant) => {
      await collection.delete(tenant, documentId);
    },
  };
}

/** Never rejects: every failure is told to those who wait. */
async function writeBatch<T extends object>(
  collection: Collection<T>,
  { tenant, initial, batch }: { tenant: Tenant; initial: T; batch: readonly Waiting<T>[] },
): Promise<void> {
  try {
    for (let attempt = 1; ; attempt++) {
      const stored = await collection.get(tenant, documentId);
      const before = stored?.data ?? initial;
      const { data, tell } = applyAll(before, batch);
      if (data === before || (await tryWrite(collection, { tenant, stored, data }))) {
        for (const one of tell) one();
        return;
      }
      if (attempt === attempts) throw new AppError("VERSION_CONFLICT");
    }
  } catch (error) {
    for (const waiting of batch) waiting.fail(error);
  }
}

function applyAll<T extends object>(before: T, batch: readonly Waiting<T>[]): { data: T; tell: (() => void)[] } {
  let data = before;
  const tell = batch.map((waiting) => {
    try {
      const applied = waiting.apply(data);
      data = applied.data;
      return applied.tell;
    } catch (error) {
      return () => waiting.fail(error);
    }
  });
  return { data, tell };
}

/** False when somebody else wrote first. */
async function tryWrite<T extends object>(
  collection: Collection<T>,
  { tenant, stored, data }: { tenant: Tenant; stored: Stored<T> | undefined; data: T },
): Promise<boolean> {
  try {
    if (stored === undefined) await collection.insert(tenant, documentId, data);
    else await collection.replace(stored, data);
    return true;
  } catch (error) {
    if (isStoreError(error, "version_conflict", "already_exists")) return false;
    throw error;
  }
}
