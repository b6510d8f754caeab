import type { KafkaEventBusOptions } from "@parlance/messaging/kafka";
import { ConfigError } from "@parlance/platform";

export type KafkaAddress = Pick<KafkaEventBusOptions, "brokers" | "ssl" | "sasl">;

const mechanisms = ["plain", "scram-sha-256", "scram-sha-512"] as const;

/**
 * Reads `kafka://a:9092,b:9092` or `kafka+ssl://user:password@a:9092?mechanism=scram-sha-512`. User and password are percent-encoded, as in
 * any URL. The port of a broker defaults to 9092, the mechanism to scram-sha-256.
 * @throws ConfigError that repeats nothing of the address
 */
export function readKafkaAddress(url: string): KafkaAddress {
  const form = /^(kafka(?:\+ssl)?):\/\/(?:([^@/:]*):([^@/]*)@)?([^@/?#]+)\/?(?:\?mechanism=([a-z0-9-]+))?$/;
  const [, scheme, user, password, hosts = "", given] = form.exec(url) ?? [];
  if (scheme === undefined) throw invalid("expected kafka://host:port,… with an optional user:password@ and ?mechanism=");
  const mechanism = given === undefined ? "scram-sha-256" : mechanisms.find((known) => known === given);
  if (mechanism === undefined) throw invalid(`the mechanism is one of ${mechanisms.join(", ")}`);
  return {
    brokers: hosts.split(",").map((host) => (/:\d+$/.test(host) ? host : `${host}:9092`)),
    ...(scheme === "kafka+ssl" && { ssl: true }),
    ...(user !== undefined && { sasl: { mechanism, username: decode(user), password: decode(password ?? "") } }),
  } as KafkaAddress;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid("user and password must be percent-encoded");
  }
}

function invalid(problem: string): ConfigError {
  return new ConfigError([`PARLANCE_EVENTS_URL: ${problem}`]);
}
