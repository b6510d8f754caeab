import { createHash } from "node:crypto";
import { StoreError, type Scalar } from "@parlance/ports";

/** The last document of a page: its sort key (null without a sort field or value), tenant and id. */
export interface Position {
  readonly key: Scalar;
  readonly tenant: string;
  readonly id: string;
}

/** An opaque cursor that holds a position and is bound to one query. */
export function cursorOf(position: Position, query: string): string {
  return Buffer.from(JSON.stringify([digest(query), position.key, position.tenant, position.id])).toString("base64url");
}

/** @throws StoreError `invalid` for anything but a cursor of this very query. */
export function positionOf(cursor: string, query: string): Position {
  const [of, key, tenant, id] = parse(cursor);
  const keyIsScalar = key === null || typeof key === "string" || typeof key === "number" || typeof key === "boolean";
  if (of !== digest(query) || !keyIsScalar || typeof tenant !== "string" || typeof id !== "string") {
    throw new StoreError("invalid", "the cursor does not belong to this query");
  }
  return { key, tenant, id };
}

function parse(cursor: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

function digest(query: string): string {
  return createHash("sha256").update(query).digest("base64url").slice(0, 16);
}
