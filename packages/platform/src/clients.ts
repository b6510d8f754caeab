import { createClient, type Transport } from "@connectrpc/connect";
import { services, type ServiceName } from "@parlance/contracts";
import type { Clients } from "./service.ts";

/**
 * Clients of every RPC service. The transport of a client is resolved on its first call, once per owner, so services may need
 * each other in a circle, and one that is never called needs no address.
 */
export function createClients(resolveTransport: (owner: ServiceName) => Transport): Clients {
  const resolved = new Map<ServiceName, Transport>();
  const transportOf = (owner: ServiceName): Transport => {
    const transport = resolved.get(owner) ?? resolveTransport(owner);
    resolved.set(owner, transport);
    return transport;
  };
  const clients = Object.entries(services).map(([name, { schema, owner }]) => {
    const lazy: Transport = {
      unary: (...call) => transportOf(owner).unary(...call),
      stream: (...call) => transportOf(owner).stream(...call),
    };
    return [name, createClient(schema, lazy)];
  });
  return Object.freeze(Object.fromEntries(clients)) as Clients;
}
