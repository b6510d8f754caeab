import { StoreError } from "@parlance/ports";
import { MongoClient, type Db } from "mongodb";

const schemaVersion = 1;
const leastWireVersion = 17;

/**
 * A client that does not connect before its first call.
 * @throws StoreError `invalid` when the URL is none of MongoDB's; the URL may hold a password and is not repeated
 */
export function createClient(url: string): MongoClient {
  try {
    // The driver lets options win over the URL, so what a URL may set is left to it.
    const defaults = Object.entries({
      serverSelectionTimeoutMS: 5000,
      connectTimeoutMS: 5000,
      socketTimeoutMS: 15_000,
      appName: "parlance",
    });
    return new MongoClient(url, {
      ...Object.fromEntries(defaults.filter(([name]) => !new RegExp(`[?&]${name}=`, "i").test(url))),
      // An acknowledged write is on the disks of a majority.
      writeConcern: { w: "majority", journal: true, wtimeoutMS: 5000 },
      readPreference: "primary",
      retryWrites: true,
      retryReads: true,
      ignoreUndefined: true,
    });
  } catch (error) {
    throw new StoreError("invalid", "the documents URL is not a MongoDB connection string", { cause: error });
  }
}

/**
 * Refuses a server that could not keep the port's promises, and a database of a newer version.
 * @throws StoreError `invalid`
 */
export async function checkServer(db: Db): Promise<void> {
  const hello = await db.admin().command({ hello: 1 });
  if (Number(hello["maxWireVersion"]) < leastWireVersion) throw new StoreError("invalid", "MongoDB 6.0 or later is needed");
  if (hello["setName"] === undefined && hello["msg"] !== "isdbgrid") {
    throw new StoreError(
      "invalid",
      "MongoDB must run as a replica set (one member is enough): a standalone server cannot repeat writes safely",
    );
  }
  const schemas = db.collection<{ _id: string; version: number }>("parlance.schema");
  const found = await schemas.findOneAndUpdate(
    { _id: "documents" },
    { $setOnInsert: { version: schemaVersion } },
    { upsert: true, returnDocument: "after" },
  );
  if (found !== null && found.version > schemaVersion) {
    throw new StoreError(
      "invalid",
      `the database ${db.databaseName} was written by a newer version of Parlance (its schema is ${found.version}, this version knows ${schemaVersion})`,
    );
  }
}
