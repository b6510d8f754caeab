import { AppError, changeDocument, makeEvent, newId, type Identity } from "@parlance/platform";
import { isStoreError, systemTenant, type Collection, type DocumentStore, type Stored } from "@parlance/ports";
import { planNamed, type Plan, type PlanName } from "./plans.ts";

export interface UserRecord {
  /** As it was given, trimmed. */
  email: string;
  /** Lower case; unique. null once the user is deleted. */
  emailKey: string | null;
  name: string;
  /** null: the default plan of the installation, whatever it is set to. */
  planName: PlanName | null;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** Set once the user is deleted: then the record names nobody any more, and holds the id so that no other user gets it. */
  deletedAt?: number;
}

export type StoredUser = Stored<UserRecord>;

export interface NewUser {
  email: string;
  name: string;
  planName: PlanName | null;
  /** Absent: one is made. */
  id?: string;
}

/** All users stand under the system's tenant, so that an e-mail address is unique over all of them. */
export function openUsers(documents: DocumentStore): Collection<UserRecord> {
  return documents.collection<UserRecord>({
    name: "account.users",
    indexes: [{ fields: ["emailKey"], unique: true }, { fields: ["createdAt"] }],
  });
}

/** @throws AppError USER_EXISTS when the address or the id is taken; INVALID_REQUEST for a malformed one. */
export async function addUser(users: Collection<UserRecord>, user: NewUser, now: number): Promise<StoredUser> {
  const email = user.email.trim();
  if (!emailForm.test(email) || email.length > longestEmail)
    throw new AppError("INVALID_REQUEST", { message: "email must be an e-mail address" });
  const id = user.id ?? newId();
  if (!idForm.test(id) || id === systemTenant) {
    throw new AppError("INVALID_REQUEST", { message: "userId must be 1-64 letters, digits, dots, dashes or underscores" });
  }
  const record = {
    email,
    emailKey: email.normalize("NFC").toLowerCase(),
    name: user.name,
    planName: user.planName,
    createdAt: now,
  };
  try {
    return await users.insert(systemTenant, id, record);
  } catch (error) {
    if (isStoreError(error, "already_exists")) throw new AppError("USER_EXISTS", { cause: error });
    throw error;
  }
}

/** @throws AppError USER_NOT_FOUND, also for a deleted one */
export async function userById(users: Collection<UserRecord>, id: string): Promise<StoredUser> {
  const user = await users.get(systemTenant, id);
  if (!isThere(user)) throw new AppError("USER_NOT_FOUND");
  return user;
}

export function isThere(user: StoredUser | undefined): user is StoredUser {
  return user !== undefined && user.data.deletedAt === undefined;
}

/** Address of the first user, unique as any other's. Time tells nothing: it may be put right after that user was made. */
export const firstEmail = "owner@localhost";

/** Whose the installation is; undefined before its first start. */
export async function firstUser(users: Collection<UserRecord>): Promise<StoredUser | undefined> {
  const { items } = await users.find(systemTenant, { where: { emailKey: firstEmail }, limit: 1 });
  return items[0];
}

/**
 * Makes a user vanish and announces it, in one write. What belonged to the user is erased by whoever holds it.
 * @throws AppError USER_NOT_FOUND for an id that never was a user's, PRECONDITION_FAILED for the first user
 */
export async function markUserDeleted(users: Collection<UserRecord>, identity: Identity, now: number): Promise<void> {
  const id = identity.tenant;
  if ((await firstUser(users))?.id === id) {
    throw new AppError("PRECONDITION_FAILED", { message: "The first user is the installation's own and cannot be deleted" });
  }
  const user = await changeDocument(users, { tenant: systemTenant, id }, (current) => {
    if (!isThere(current)) return undefined;
    const event = makeEvent("account.user.deleted.v1", { identity, key: id, time: now, payload: { userId: id } });
    const nobody = { email: "", emailKey: null, name: "", planName: null };
    return { data: { ...nobody, createdAt: current.data.createdAt, deletedAt: now }, events: [event] };
  });
  if (user === undefined) throw new AppError("USER_NOT_FOUND");
}

export function planOf(user: StoredUser, defaultPlan: PlanName): Plan {
  return planNamed(user.data.planName ?? defaultPlan);
}

const longestEmail = 254;
const emailForm = /^[^\s@]+@[^\s@]+$/;
/** Neither `.` nor `..`, by which no folder of blobs can be named. */
const idForm = /^(?!\.{1,2}$)[\w.-]{1,64}$/;
