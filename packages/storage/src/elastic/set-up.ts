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
 * Puts the index template in place and makes the first index with its read and write aliases, unless they are there. Any number of
 * processes may do so at once.
 * @throws StoreError `invalid` when the index holds vectors of another model or dimension, `unavailable` when the server is.
 */
export async function setUp(setup: SetUp): Promise<void> {
  const { client, names } = setup;
  if (!(await request(() => client.indices.existsAlias({ name: names.write })))) await create(setup);
  const indexes = await request(() => client.indices.getMapping({ index: names.read }));
  for (const [index, { mappings }] of Object.entries(indexes)) {
    const { _meta: meta } = mappings;
    checkOrigin(index, meta, setup);
  }
}

async function create({ client, names, model, dimension, shards }: SetUp): Promise<void> {
  await request(() =>
    client.indices.putIndexTemplate({
      name: names.template,
      index_patterns: [names.pattern],
      priority: 500,
      version: mappingVersion,
      template: { settings: settings(shards), mappings: mapping(model, dimension) },
    }),
  );
  try {
    const aliases = { [names.read]: {}, [names.write]: { is_write_index: true } };
    await request(() => client.indices.create({ index: names.first, aliases }));
  } catch (error) {
    // Another process made it at the same moment.
    if (!hasType(error, "resource_already_exists_exception")) throw error;
  }
}

function checkOrigin(index: string, meta: Record<string, unknown> | undefined, { model, dimension }: SetUp): void {
  if (meta?.["model"] === model && meta["dimension"] === dimension) return;
  throw new StoreError(
    "invalid",
    `the index ${index} holds vectors of ${String(meta?.["model"])} (${String(meta?.["dimension"])} dimensions), ` +
      `not of ${model} (${dimension}); use that model again, or another Elasticsearch and train the chatbots again`,
  );
}
