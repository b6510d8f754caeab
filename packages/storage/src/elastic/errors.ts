import { errors } from "@elastic/elasticsearch";
import { StoreError } from "@parlance/ports";

/** Runs a request, and turns what the client throws into a StoreError, or into the reason of the caller's abort. */
export async function request<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await work();
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    throw asStoreError(error);
  }
}

/** The message never holds what was asked or stored: the server's own reasons may quote both. */
export function asStoreError(error: unknown): unknown {
  if (error instanceof errors.ResponseError) {
    const status = error.statusCode ?? 0;
    return new StoreError("unavailable", `Elasticsearch answered ${reasonOf(status, error.body?.error?.type)}`, { cause: error });
  }
  if (error instanceof errors.ElasticsearchClientError) {
    return new StoreError("unavailable", `Elasticsearch cannot be reached (${error.name})`, { cause: error });
  }
  return error;
}

/** Why the server refused a part of a request that it answered as a whole. */
export class PartError extends Error {
  override readonly name = "PartError";
  readonly type: string | undefined;

  constructor(status: number, type: string | undefined) {
    super(reasonOf(status, type));
    this.type = type;
  }
}

/** A status and the type of a reason, and what to do where these alone say too little. */
function reasonOf(status: number, type = "no reason"): string {
  const advice = advices[type];
  return `${status} (${type})${advice === undefined ? "" : `; ${advice}`}`;
}

const isMissing =
  "its index or an alias of it was deleted and is made again, empty: run doctor with --repair, which indexes all sources anew";
const isShortOfMemory = "it has too much to do at once, or too little memory";
const lacksShards = "not all shards of its index can be used: ask it for /_cluster/allocation/explain";

const advices: Readonly<Record<string, string | undefined>> = {
  cluster_block_exception: "its index takes no writes: see whether its disk has room",
  circuit_breaking_exception: isShortOfMemory,
  es_rejected_execution_exception: isShortOfMemory,
  index_closed_exception: "somebody has closed its index: open it again",
  index_not_found_exception: isMissing,
  alias_not_found_exception: isMissing,
  no_shard_available_action_exception: lacksShards,
  search_phase_execution_exception: lacksShards,
  unavailable_shards_exception: lacksShards,
};

/** Whether the server gave this type of reason, such as `resource_already_exists_exception`. */
export function hasType(error: unknown, type: string): boolean {
  const cause = error instanceof StoreError ? error.cause : error;
  if (cause instanceof PartError) return cause.type === type;
  return cause instanceof errors.ResponseError && cause.body?.error?.type === type;
}

/** Whether somebody has deleted the index or an alias of it. */
export function isIndexMissing(error: unknown): boolean {
  return hasType(error, "index_not_found_exception") || hasType(error, "alias_not_found_exception");
}
