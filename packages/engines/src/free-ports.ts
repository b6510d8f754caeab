import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";

/**
 * Ports of the loopback address that nobody uses now, all different. They lie below those that systems give to outgoing connections and to
 * whoever asks for any: a server that is killed must find its port free when it comes back.
 */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Map<number, Server>();
  while (found.size < count) {
    const port = randomInt(10_000, 32_000);
    if (found.has(port)) continue;
    const server = await listen(port);
    if (server !== undefined) found.set(port, server);
  }
  await Promise.all([...found.values()].map((server) => new Promise((resolve) => server.close(resolve))));
  return [...found.keys()];
}

function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
