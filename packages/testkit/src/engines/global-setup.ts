import { removeEngines, tryEngines } from "./engines.ts";

/** Names of test files that use the servers; what else runs does not wait for them. */
const users = /mongo|elastic|kafka|cluster/;

/**
 * Starts the real servers once for a whole run, where PARLANCE_TEST_ENGINES=scripts asks for it, as `npm test` does, and tells the suites where they
 * are. A server whose tools are not installed is left out with one line, or fails the run where CI=true.
 */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  const filters = process.argv.slice(3).filter((argument) => !argument.startsWith("-"));
  const wanted = filters.length === 0 || filters.some((filter) => users.test(filter));
  if (process.env["PARLANCE_TEST_ENGINES"] !== "scripts" || !wanted) return undefined;
  console.log("Starting MongoDB, Elasticsearch and Kafka (the first time they are fetched, about 200 MB)");
  const began = performance.now();
  const { engines, errors } = await tryEngines();
  const faults = errors.filter(({ missing }) => !missing || process.env["CI"] === "true");
  if (faults.length > 0) {
    await removeEngines(engines);
    throw new AggregateError(faults, faults.map(({ message }) => message).join("\n"));
  }
  for (const { message } of errors) console.log(`Left out all suites on this server. ${message}`);
  console.log(`${[...engines.keys()].join(", ")} ready after ${Math.round((performance.now() - began) / 1000)} s`);
  const mongodb = engines.get("MongoDB");
  const elasticsearch = engines.get("Elasticsearch");
  const kafka = engines.get("Kafka");
  Object.assign(process.env, {
    ...(mongodb !== undefined && { PARLANCE_TEST_MONGODB_URL: `mongodb://127.0.0.1:${mongodb.port}/?replicaSet=rs0` }),
    ...(elasticsearch !== undefined && {
      PARLANCE_TEST_ELASTICSEARCH_URL: `http://127.0.0.1:${elasticsearch.port}`,
      PARLANCE_TEST_ELASTICSEARCH_KILL: "1",
    }),
    ...(kafka !== undefined && {
      PARLANCE_TEST_KAFKA_BROKERS: `127.0.0.1:${kafka.port}`,
      PARLANCE_TEST_KAFKA_DATA: kafka.dataFolder,
    }),
  });
  return () => removeEngines(engines);
}
