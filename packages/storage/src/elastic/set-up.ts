import type { Client } from "@elastic/elasticsearch";
import { StoreError } from "@parlance/ports";
import { hasType, request } from "./errors.ts";
import { mapping, mappingVersion, settings, type Names } from "./mapping.ts";

export interface SetUp {
  client: Client;
  names: Names;
  model: string;
  dimension: number;
  shards: number;
}

/**
 * Makes the index with its read and write aliases and its template, those of them that are not there. Any number of processes may do so at once.
 * @throws StoreError `invalid` when the index holds vectors of another model or dimension, `unavailable` when the server is.
 */
export async function setUp(setup: SetUp): Promise<void> {
  if ((await indexes(setup)).length === 0) await create(setup);
  const found = await indexes(setup);
  for (const { index, meta } of found) checkOrigin(index, meta, setup);
  await addAliases(setup, found);
}

interface FoundIndex {
  index: string;
  meta: Record<string, unknown> | undefined;
  reads: boolean;
  writes: boolean;
}

/** Those that carry an alias of ours; where none does, those whose names say that they are ours. */
async function indexes({ client, names }: SetUp): Promise<FoundIndex[]> {
  const index = [names.read, names.write, names.pattern].join(",");
  const found = await request(() => client.indices.get({ index, ignore_unavailable: true, allow_no_indices: true }));
  const all = Object.entries(found).map(([name, { aliases = {}, mappings: { _meta: meta } = {} }]) => {
    return { index: name, meta, reads: names.read in aliases, writes: names.write in aliases };
  });
  const named = all.filter(({ reads, writes }) => reads || writes);
  return named.length === 0 ? all : named;
}

/** The template is for indexes that an operator makes by hand, to move chunks to: somebody may delete it while this is under way. */
async function create({ client, names, model, dimension, shards }: SetUp): Promise<void> {
  const template = { settings: settings(shards), mappings: mapping(model, dimension) };
  const { template: name, pattern, first: index } = names;
  const matching = { index_patterns: [pattern], priority: 500, version: mappingVersion };
  await request(() => client.indices.putIndexTemplate({ name, ...matching, template }));
  try {
    const aliases = { [names.read]: {}, [names.write]: { is_write_index: true } };
    await request(() => client.indices.create({ index, aliases, ...template }));
  } catch (error) {
    // Another process made it at the same moment.
    if (!hasType(error, "resource_already_exists_exception")) throw error;
  }
}

/** Somebody who deleted an alias may have left the index. */
async function addAliases({ client, names }: SetUp, found: readonly FoundIndex[]): Promise<void> {
  if (found.some(({ reads }) => reads) && found.some(({ writes }) => writes)) return;
  const [only, ...others] = found;
  if (only === undefined || others.length > 0) {
    const all = found.map(({ index }) => index).join(" and ");
    throw new StoreError(
      "unavailable",
      `Elasticsearch has lost an alias of ${all}: put ${names.read} and ${names.write} where they belong`,
    );
  }
  const { index } = only;
  const actions = [{ add: { index, alias: names.read } }, { add: { index, alias: names.write, is_write_index: true } }];
  await request(() => client.indices.updateAliases({ actions }));
}

function checkOrigin(index: string, meta: Record<string, unknown> | undefined, { model, dimension }: SetUp): void {
  if (meta?.["model"] === model && meta["dimension"] === dimension) return;
  throw new StoreError(
    "invalid",
    `the index ${index} holds vectors of ${String(meta?.["model"])} (${String(meta?.["dimension"])} dimensions), ` +
      `not of ${model} (${dimension}); use that model again (PARLANCE_EMBEDDINGS_URL, local:english for all-MiniLM-L6-v2), or another Elasticsearch, and run doctor with --repair, ` +
      "which has all chatbots learn their sources again",
  );
}
