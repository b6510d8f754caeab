import type { Interceptor, Transport } from "@connectrpc/connect";
import type { ServiceName } from "@parlance/contracts";
import {
  ConfigError,
  createBalancedTransport,
  type Logger,
  type RpcTls,
  type RpcTransport,
  type Secret,
  type ServiceDefinition,
} from "@parlance/platform";
import { services } from "@parlance/contracts";
import type { ProcessConfig } from "./process-config.ts";

export interface Transports {
  resolve(owner: ServiceName): Transport;
  close(): void;
}

interface Connecting {
  direct: () => Transport;
  /** Around every call over the network. */
  interceptors: readonly Interceptor[];
  token: Secret | undefined;
  tls: RpcTls | undefined;
  log: Logger;
}

/**
 * Decides for each service whether it is called as a function or over the network: what runs in this process is called directly.
 * @throws ConfigError that names every service which is needed and neither runs here nor has an address
 */
export function createTransports(
  definitions: readonly ServiceDefinition[],
  config: ProcessConfig,
  { direct, interceptors, token, tls, log }: Connecting,
): Transports {
  const here = new Set<ServiceName>(definitions.map((definition) => definition.name));
  const needed = new Set(definitions.flatMap((definition) => definition.needs.map((need) => services[need].owner)));
  const missing = [...needed].filter((owner) => !here.has(owner) && addressesOf(owner, config) === undefined);
  if (missing.length > 0) {
    throw new ConfigError(missing.map((owner) => `${variableOf(owner)} is not set, and ${owner} does not run in this process`));
  }
  const remote = new Map<ServiceName, RpcTransport>();
  return {
    resolve: (owner) => {
      if (here.has(owner)) return direct();
      const urls = addressesOf(owner, config);
      if (urls === undefined) throw new ConfigError([`${variableOf(owner)} is not set`]);
      const transport = remote.get(owner) ?? createBalancedTransport({ urls, token, tls, interceptors, log });
      remote.set(owner, transport);
      return transport;
    },
    close: () => {
      for (const transport of remote.values()) transport.close();
    },
  };
}

function variableOf(owner: ServiceName): string {
  return `PARLANCE_${owner.toUpperCase()}_URL`;
}

function addressesOf(owner: ServiceName, config: ProcessConfig): readonly string[] | undefined {
  const addresses: Partial<Record<ServiceName, readonly string[] | undefined>> = {
    account: config.PARLANCE_ACCOUNT_URL,
    chat: config.PARLANCE_CHAT_URL,
    conversation: config.PARLANCE_CONVERSATION_URL,
    ingestion: config.PARLANCE_INGESTION_URL,
    retrieval: config.PARLANCE_RETRIEVAL_URL,
  };
  return addresses[owner];
}
