import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A way to a server that can lose answers: the server carries a command out, and the client learns nothing but a broken connection. */
export interface LossyProxy {
  readonly port: number;
  /** Loses the answers to the next commands of a name, such as `insert`. */
  lose(command: string, times: number): void;
  /** Answers still to be lost. */
  left(): number;
  close(): Promise<void>;
}

export async function openLossyProxy(target: { host: string; port: number }): Promise<LossyProxy> {
  let lost = { command: "", times: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target);
    let losing = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket)).on("error", () => {});
    }
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
    client.on("data", (request) => {
      // In BSON a string field is its type, 2, and its name with a NUL; a command's first field is its name.
      if (lost.times > 0 && request.includes(`\u0002${lost.command}\0`)) {
        lost.times--;
        losing = true;
      }
      upstream.write(request);
    });
    upstream.on("data", (answer) => {
      if (losing) client.destroy();
      else client.write(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    lose: (command, times) => {
      lost = { command, times };
    },
    left: () => lost.times,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
