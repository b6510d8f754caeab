import { AppError, everyDocument, newId } from "@parlance/platform";
import { isStoreError, systemTenant, type Collection, type DocumentStore, type Stored } from "@parlance/ports";
import { digestOf, keyForm, prefixOf } from "./api-keys.ts";

interface KeyRecord {
  userId: string;
  apiKeyId: string;
  label: string;
  prefix: string;
  createdAt: number;
  /** null while the key is good. */
  revokedAt: number | null;
}

export type StoredKey = Stored<KeyRecord>;

/** API keys of all users. A key's document is found by the digest of the key, over all users, in one point read. */
export interface KeyRing {
  /** The user of a good key. @throws AppError API_KEY_INVALID for one that is malformed, unknown or revoked, without a difference. */
  userOf(key: string): Promise<string>;
  /** @throws AppError INVALID_REQUEST when the key is malformed or cannot be given. */
  add(userId: string, key: { key: string; label: string }, now: number): Promise<StoredKey>;
  /** Oldest first, revoked ones too. */
  list(userId: string): Promise<StoredKey[]>;
  /** Revoking twice changes nothing. @throws AppError API_KEY_NOT_FOUND for an id that is unknown or another user's. */
  revoke(userId: string, apiKeyId: string, now: number): Promise<void>;
  /** Forgets all keys of a user. */
  erase(userId: string): Promise<void>;
}

export function openKeyRing(documents: DocumentStore): KeyRing {
  const keys = documents.collection<KeyRecord>({
    name: "account.keys",
    indexes: [{ fields: ["userId", "createdAt"] }, { fields: ["userId", "apiKeyId"], unique: true }],
  });
  return {
    userOf: async (key) => {
      // Read anew each time: a revocation counts from the next request on, on every replica.
      const stored = keyForm.test(key) ? await keys.get(systemTenant, digestOf(key)) : undefined;
      if (stored === undefined || stored.data.revokedAt !== null) throw new AppError("API_KEY_INVALID");
      return stored.data.userId;
    },
    add: (userId, key, now) => addKey(keys, { ...key, userId }, now),
    list: (userId) => allKeys(keys, userId),
    revoke: async (userId, apiKeyId, now) => {
      const { items } = await keys.find(systemTenant, { where: { userId, apiKeyId }, limit: 1 });
      const [stored] = items;
      if (stored === undefined) throw new AppError("API_KEY_NOT_FOUND");
      if (stored.data.revokedAt === null) await revokeStored(keys, stored, now);
    },
    erase: async (userId) => {
      for (const { id } of await allKeys(keys, userId)) await keys.delete(systemTenant, id);
    },
  };
}

async function addKey(
  keys: Collection<KeyRecord>,
  { userId, key, label }: { userId: string; key: string; label: string },
  now: number,
): Promise<StoredKey> {
  if (!keyForm.test(key)) throw new AppError("INVALID_REQUEST", { message: "key must be sk- followed by 32 letters or digits" });
  const record = { userId, apiKeyId: newId(), label, prefix: prefixOf(key), createdAt: now, revokedAt: null };
  try {
    return await keys.insert(systemTenant, digestOf(key), record);
  } catch (error) {
    if (!isStoreError(error, "already_exists")) throw error;
    throw new AppError("INVALID_REQUEST", { message: "key cannot be used, choose another", cause: error });
  }
}

async function allKeys(keys: Collection<KeyRecord>, userId: string): Promise<StoredKey[]> {
  const oldestFirst = { by: "createdAt", direction: "ascending" } as const;
  return Array.fromAsync(everyDocument(keys, systemTenant, { where: { userId }, sort: oldestFirst, limit: 1_000 }));
}

async function revokeStored(keys: Collection<KeyRecord>, stored: StoredKey, now: number): Promise<void> {
  try {
    await keys.replace(stored, { ...stored.data, revokedAt: now });
  } catch (error) {
    // A key is written twice at most, so whoever wrote meanwhile has revoked it.
    if (!isStoreError(error, "version_conflict")) throw error;
  }
}
