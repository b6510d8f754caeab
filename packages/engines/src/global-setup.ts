import type { EngineName } from "./engine.ts";
import { removeEngines, tryEngines } from "./engines.ts";

/** Names of test files that use the servers; what else runs does not wait for them. */
const users = /mongo|elastic|kafka|cluster/;

type TearDown = () => Promise<void>;

/**
 * Starts the real servers once for a whole run, where PARLANCE_TEST_ENGINES asks for it, and tells the suites where they are: `scripts`, as
 * `npm test` does, runs them on this machine, `containers` runs their official images by testcontainers.
 */
export async function setup(): Promise<TearDown | undefined> {
  const filters = process.argv.slice(3).filter((argument) => !argument.startsWith("-"));
  const wanted = filters.length === 0 || filters.some((filter) => users.test(filter));
  const way = process.env["PARLANCE_TEST_ENGINES"];
  if (way === undefined || way === "" || !wanted) return undefined;
  if (way === "containers") return setUpContainers();
  if (way === "scripts") return setUpScripts();
  throw new Error(`PARLANCE_TEST_ENGINES is "${way}": expected scripts or containers`);
}

/** A server whose tools are not installed is left out with one line, or fails the run where CI=true. */
async function setUpScripts(): Promise<TearDown> {
  console.log("Starting MongoDB, Elasticsearch and Kafka (the first time they are fetched, about 200 MB)");
  const began = performance.now();
  const { engines, errors } = await tryEngines();
  const faults = errors.filter(({ missing }) => !missing || process.env["CI"] === "true");
  if (faults.length > 0) {
    await removeEngines(engines);
    throw new AggregateError(faults, faults.map(({ message }) => message).join("\n"));
  }
  for (const { message } of errors) console.log(`Left out all suites on this server. ${message}`);
  tellAddresses(new Map([...engines].map(([name, { port }]) => [name, port])), began);
  // What was started here may be killed by the suites, too.
  process.env["PARLANCE_TEST_ENGINES_KILL"] = "1";
  return () => removeEngines(engines);
}

/** Suites that kill a server by its process are left out, each with one line. */
async function setUpContainers(): Promise<TearDown> {
  console.log("Starting the images of MongoDB, Elasticsearch and Kafka (the first time they are pulled)");
  const began = performance.now();
  const { startContainers } = await import("./containers.ts");
  const containers = await startContainers();
  tellAddresses(containers.ports, began);
  return () => containers.stop();
}

function tellAddresses(ports: ReadonlyMap<EngineName, number>, began: number): void {
  console.log(`${[...ports.keys()].join(", ")} ready after ${Math.round((performance.now() - began) / 1000)} s`);
  const [mongodb, elasticsearch, kafka] = [ports.get("MongoDB"), ports.get("Elasticsearch"), ports.get("Kafka")];
  Object.assign(process.env, {
    ...(mongodb !== undefined && { PARLANCE_TEST_MONGODB_URL: `mongodb://127.0.0.1:${mongodb}/?replicaSet=rs0` }),
    ...(elasticsearch !== undefined && { PARLANCE_TEST_ELASTICSEARCH_URL: `http://127.0.0.1:${elasticsearch}` }),
    ...(kafka !== undefined && { PARLANCE_TEST_KAFKA_BROKERS: `127.0.0.1:${kafka}` }),
  });
}
