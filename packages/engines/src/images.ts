import type { EngineName } from "./engine.ts";

/** Official images, in the versions that the compose file runs. */
export const officialImages: Readonly<Record<EngineName, string>> = {
  MongoDB: "mongo:8.0.4",
  Elasticsearch: "elasticsearch:9.4.3",
  Kafka: "apache/kafka:4.3.1",
};

/** The image to start: the official one, or what PARLANCE_TEST_MONGODB_IMAGE, _ELASTICSEARCH_IMAGE or _KAFKA_IMAGE says. */
export function imageOf(engine: EngineName, env: NodeJS.ProcessEnv = process.env): string {
  return env[`PARLANCE_TEST_${engine.toUpperCase()}_IMAGE`] ?? officialImages[engine];
}
