import { get } from "node:http";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { until } from "@parlance/testkit";

const lookAgainMs = 100;

/**
 * What stands in front of gateways in Kubernetes, made small: hands each new connection to one whose `/readyz` says so, in turn, and to the next when
 * nobody listens there. What goes over a connection it does not know, so it can repeat nothing.
 */
export class Balancer {
  readonly #backends: readonly { url: URL; ready: boolean }[];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #looking: NodeJS.Timeout;
  #turn = 0;

  private constructor(addresses: readonly string[]) {
    this.#backends = addresses.map((address) => ({ url: new URL(address), ready: false }));
    this.#server = createServer((near) => this.#serve(near));
    this.#looking = setInterval(() => this.#look(), lookAgainMs);
  }

  /** Resolves when every backend is ready. */
  static async start(addresses: readonly string[]): Promise<Balancer> {
    const balancer = new Balancer(addresses);
    await new Promise<void>((resolve) => balancer.#server.listen(0, "127.0.0.1", resolve));
    await until("every gateway is ready", () => balancer.readyCount === addresses.length);
    return balancer;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get readyCount(): number {
    return this.#backends.filter(({ ready }) => ready).length;
  }

  async stop(): Promise<void> {
    clearInterval(this.#looking);
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #look(): void {
    for (const backend of this.#backends) {
      const request = get(new URL("/readyz", backend.url), { agent: false, timeout: 1_000 }, (response) => {
        backend.ready = response.statusCode === 200;
        response.resume();
      });
      request.on("timeout", () => request.destroy());
      request.on("error", () => {
        backend.ready = false;
      });
    }
  }

  #serve(near: Socket): void {
    this.#turn += 1;
    const ready = this.#backends.filter((backend) => backend.ready);
    const inTurn = ready.map((_, index) => ready[(this.#turn + index) % ready.length]?.url).filter((url) => url !== undefined);
    this.#join(near, inTurn);
  }

  #join(near: Socket, [url, ...others]: readonly URL[]): void {
    if (url === undefined) {
      near.destroy();
      return;
    }
    const far = connect(Number(url.port), url.hostname);
    const onRefused = () => this.#join(near, others);
    far.once("error", onRefused);
    far.once("connect", () => {
      far.off("error", onRefused);
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(socket);
        socket.on("error", () => other.destroy());
        socket.once("close", () => {
          this.#sockets.delete(socket);
          other.end();
        });
      }
      near.pipe(far).pipe(near);
    });
  }
}
