import type { CallOptions } from "@connectrpc/connect";
import type { Identity } from "@parlance/platform";
import type { Request, Response } from "express";
import type { Operation, PathParameters } from "./operation.ts";

/** A request that passed every check of the gateway. */
export interface Call<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  identity: Identity;
  /** For calls to services: the identity and a deadline, and the end of the call when the client leaves, where that is wanted. */
  options: (limits?: { timeoutMs?: number; signal?: AbortSignal }) => CallOptions;
  req: Request;
  res: Response;
}

/** Returned by a handler that wrote its answer itself. */
export const sent: unique symbol = Symbol("sent");

/** An operation and what serves it. */
export interface Route {
  operation: Operation;
  /** @returns the JSON body of the 200 answer */
  handle: (call: Call<unknown, unknown, unknown>) => Promise<object | typeof sent>;
}

/** Binds a handler to an operation; params, query and body have the types that the operation's schemas produce. */
export function route<Path extends string, Query, Body>(
  operation: Operation<Path, Query, Body>,
  handle: (call: Call<PathParameters<Path>, Query, Body>) => Promise<object | typeof sent>,
): Route {
  return { operation, handle: handle as Route["handle"] };
}
