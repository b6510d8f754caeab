import { freePorts } from "./free-ports.ts";
import { Engine, EngineError, engineNames, type EngineName } from "./engine.ts";

export type Engines = ReadonlyMap<EngineName, Engine>;

/**
 * Starts the three servers side by side, each on a free port with fresh data.
 * @throws the errors of those that could not be started, in an AggregateError; the others are removed again
 */
export async function startEngines(): Promise<Engines> {
  const { engines, errors } = await tryEngines();
  if (errors.length === 0) return engines;
  await removeEngines(engines);
  throw new AggregateError(errors, errors.map(({ message }) => message).join("\n"));
}

/** Starts those that can be started here. */
export async function tryEngines(): Promise<{ engines: Engines; errors: EngineError[] }> {
  // Elasticsearch takes a second port, 100 above its own, and Kafka the one next to its own.
  const ports = await freePorts(engineNames.length);
  const all = engineNames.map((name, index) => new Engine(name, ports[index] ?? 0));
  const engines = new Map<EngineName, Engine>();
  const errors: EngineError[] = [];
  await Promise.all(
    all.map(async (engine) => {
      try {
        await engine.start();
        engines.set(engine.name, engine);
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        errors.push(error);
        await engine.remove().catch(() => undefined);
      }
    }),
  );
  return { engines, errors };
}

/** The three servers that the run's set-up has started, or undefined when one of them is not there. */
export function enginesOfRun(): Engines | undefined {
  const addresses = ["PARLANCE_TEST_MONGODB_URL", "PARLANCE_TEST_ELASTICSEARCH_URL", "PARLANCE_TEST_KAFKA_BROKERS"];
  const ports = addresses.map((name) => /:(\d+)/.exec(process.env[name] ?? "")?.[1]);
  if (ports.includes(undefined)) return undefined;
  return new Map(engineNames.map((name, index) => [name, new Engine(name, Number(ports[index]))]));
}

/** Stops all and deletes their data. */
export async function removeEngines(engines: Engines): Promise<void> {
  await Promise.all([...engines.values()].map((engine) => engine.remove()));
}
