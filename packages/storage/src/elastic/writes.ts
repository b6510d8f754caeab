import type { Client, estypes } from "@elastic/elasticsearch";
import { StoreError } from "@parlance/ports";
import { PartError, request } from "./errors.ts";
import type { Names } from "./mapping.ts";

export interface Server {
  client: Client;
  names: Names;
}

export type BulkAction =
  | { index: { _id: string } }
  | { update: { _id: string; retry_on_conflict?: number } }
  | { delete: { _id: string } };

/** An action, and what it writes. */
export type BulkItem = [BulkAction, object?];

/** Documents that one round of {@link changeAll} takes. */
const roundSize = 1_000;

/**
 * Writes in the order given; when it resolves, everything is durable and searches see it, unless `refresh` is off.
 * @throws StoreError `unavailable` when the server refused any of the items; the others are written.
 */
export async function bulk({ client, names }: Server, routing: string, items: readonly BulkItem[], refresh = true): Promise<void> {
  if (items.length === 0) return;
  const operations = items.flatMap(([action, body]) => (body === undefined ? [action] : [action, body]));
  const result = await request(() => client.bulk({ index: names.write, require_alias: true, routing, refresh, operations }));
  if (!result.errors) return;
  const failed = result.items.flatMap((item) => Object.values(item)).filter(isFailure);
  const causes = failed.map(({ error, status }) => new PartError(status, error?.type));
  const [cause] = causes;
  if (cause === undefined) return;
  const reasons = [...new Set(causes.map(({ message }) => message))].join(", ");
  throw new StoreError("unavailable", `Elasticsearch refused ${failed.length} of ${items.length} chunks: ${reasons}`, { cause });
}

/** A chunk that is gone already needs no change; an index that is gone has the same status. */
function isFailure({ status, error }: estypes.BulkResponseItem): boolean {
  return status >= 300 && (status !== 404 || (error !== undefined && error.type !== "document_missing_exception"));
}

/**
 * Changes all that match, round by round, until nothing does: a change must take its document out of the match. Begins with a refresh,
 * so that it sees writes whose caller never had an answer.
 */
export async function changeAll(
  server: Server,
  routing: string,
  query: NonNullable<estypes.SearchRequest["query"]>,
  change: (id: string) => BulkItem,
): Promise<void> {
  const { client, names } = server;
  await request(() => client.indices.refresh({ index: names.write }));
  for (;;) {
    const { hits } = await request(() => client.search({ index: names.write, routing, query, size: roundSize, _source: false }));
    const ids = hits.hits.flatMap(({ _id }) => _id ?? []);
    if (ids.length === 0) return;
    await bulk(server, routing, ids.map(change));
  }
}
