import type { Ports } from "@parlance/ports";

const names: readonly (keyof Ports)[] = ["documents", "search", "events", "blobs", "embedder", "model"];

/** The ports that were opened. To reach for another is a fault of the service, which must list every port it uses. */
export function guardedPorts(opened: Partial<Ports>): Ports {
  const ports: Partial<Ports> = { ...opened };
  for (const name of names) {
    if (name in ports) continue;
    Object.defineProperty(ports, name, {
      get: () => {
        throw new Error(`a service uses the port "${name}" and does not list it`);
      },
    });
  }
  return ports as Ports;
}
