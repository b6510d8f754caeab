import { readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { isErrno, makePath } from "@parlance/disk-sync";
import { AppError, newUuid, type Logger } from "@parlance/platform";
import type { Collection } from "@parlance/ports";
import { digestOf, keyForm, makeKey } from "./api-keys.ts";
import type { KeyRing } from "./key-ring.ts";
import { addUser, firstEmail, firstUser, type StoredUser, type UserRecord } from "./users.ts";

export interface FirstUserOptions {
  users: Collection<UserRecord>;
  keys: KeyRing;
  log: Logger;
  now: number;
  /** The operator's key; absent: one is made unless the user has any. */
  givenKey?: string | undefined;
  /** Where a made key is written, readable by its owner alone. */
  keyFile: string;
}

/**
 * Sees to it that a user exists and has a key. Runs at every start and can be cut off anywhere: what is missing is made by the next.
 * Whoever greets the operator reads a made key from the file.
 */
export async function ensureFirstUser(options: FirstUserOptions): Promise<void> {
  const user = (await firstUser(options.users)) ?? (await makeFirstUser(options));
  const { keys, givenKey, now } = options;
  if (givenKey !== undefined) {
    await giveKey(user, givenKey, options);
    return;
  }
  if ((await keys.list(user.id)).length > 0) return;
  // The file comes first, so that no key is in force that nobody can read. A key it already holds was made by a start that was cut off.
  const key = (await keyIn(options.keyFile)) ?? makeKey();
  await writePrivately(options.keyFile, key);
  await addUnlessThere(user, { key, label: "first key" }, { keys, now });
}

async function makeFirstUser({ users, now }: FirstUserOptions): Promise<StoredUser> {
  try {
    return await addUser(users, { email: firstEmail, name: "Owner", planName: null }, now);
  } catch (error) {
    // Another replica that starts at the same time was faster.
    const user = error instanceof AppError && error.reason === "USER_EXISTS" ? await firstUser(users) : undefined;
    if (user === undefined) throw error;
    return user;
  }
}

async function giveKey(user: StoredUser, key: string, { keys, log, now }: FirstUserOptions): Promise<void> {
  const digest = digestOf(key);
  const known = (await keys.list(user.id)).find((stored) => stored.id === digest);
  if (known === undefined) await addUnlessThere(user, { key, label: "PARLANCE_API_KEY" }, { keys, now });
  else if (known.data.revokedAt !== null) log.warn("PARLANCE_API_KEY is a revoked key and stays revoked");
}

/** Another replica that starts at the same time may add the same key. */
async function addUnlessThere(
  user: StoredUser,
  key: { key: string; label: string },
  { keys, now }: Pick<FirstUserOptions, "keys" | "now">,
): Promise<void> {
  try {
    await keys.add(user.id, key, now);
  } catch (error) {
    const digest = digestOf(key.key);
    if (!(await keys.list(user.id)).some((stored) => stored.id === digest)) throw error;
  }
}

async function keyIn(file: string): Promise<string | undefined> {
  try {
    const key = (await readFile(file, "utf8")).trim();
    return keyForm.test(key) ? key : undefined;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Mode 600 from the first byte on; Windows keeps the folder's own access list instead. */
async function writePrivately(file: string, key: string): Promise<void> {
  await makePath(dirname(file));
  const unfinished = `${file}.${newUuid()}`;
  await writeFile(unfinished, `${key}\n`, { mode: 0o600, flag: "wx", flush: true });
  await rename(unfinished, file);
}
