import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine, freePorts, type EngineName } from "@parlance/engines";
import { Child } from "./child.ts";
import { RestClient } from "./rest-client.ts";

/** The programs and folders of one benchmark; all of them are gone when it is closed, wherever the benchmark stood. */
export class Workspace {
  readonly #closers: (() => Promise<void>)[] = [];
  readonly #progress: (text: string) => void;

  constructor(progress: (text: string) => void) {
    this.#progress = progress;
  }

  /** Tells whoever waits what is going on. */
  progress(text: string): void {
    this.#progress(text);
  }

  /** Work to be done at the end; the last given is done first. */
  atEnd(close: () => Promise<void>): void {
    this.#closers.push(close);
  }

  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "parlance-bench-"));
    this.atEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    return folder;
  }

  /** Bare express that gives back the JSON it was sent: what the gateway is compared with. */
  async echo(): Promise<{ child: Child; url: string }> {
    const child = this.#child(new URL("./echo-worker.ts", import.meta.url));
    return { child, url: (await child.ready<{ url: string }>()).url };
  }

  /** The least that authenticates and validates, under the bench's own key. */
  async leastGateway(): Promise<{ child: Child; url: string }> {
    const child = this.#child(new URL("./least-gateway-worker.ts", import.meta.url));
    return { child, url: (await child.ready<{ url: string }>()).url };
  }

  /** The least that streams a chat of the model server at `baseUrl`. */
  async leastChat(baseUrl: string): Promise<{ url: string }> {
    return this.#child(new URL("./least-chat-worker.ts", import.meta.url), { input: { baseUrl } }).ready();
  }

  /** The least that searches; it is told what to send by its call `know`. */
  async leastSearch(input: { mongodb: string; elasticsearch: string }): Promise<{ child: Child; rpcAddress: string }> {
    const child = this.#child(new URL("./least-search-worker.ts", import.meta.url), { input });
    return { child, ...(await child.ready<{ rpcAddress: string }>()) };
  }

  /** A model server that answers at once, twelve tokens to a chat. */
  async model({ dimension = 64 } = {}): Promise<{ child: Child; baseUrl: string }> {
    const child = this.#child(new URL("./model-worker.ts", import.meta.url), { input: { tokens: 12, dimension } });
    return { child, baseUrl: (await child.ready<{ baseUrl: string }>()).baseUrl };
  }

  /** All services in one process on the embedded stores, as `npm start` runs them. */
  async parlance(env: Readonly<Record<string, string>> = {}): Promise<{ child: Child; rest: RestClient }> {
    const child = this.#child(new URL("./parlance-worker.ts", import.meta.url), {
      env: { PARLANCE_DATA_DIR: await this.folder(), ...standardEnv, ...env },
    });
    const { url, key } = await child.ready<{ url: string; key: string }>();
    const rest = new RestClient({ url, key });
    this.atEnd(async () => rest.close());
    return { child, rest };
  }

  /** The same, but with a service behind the gateway whose answer is ready. */
  async gateway(env: Readonly<Record<string, string>> = {}): Promise<{ child: Child; base: string }> {
    const child = this.#child(new URL("./gateway-worker.ts", import.meta.url), {
      env: { PARLANCE_DATA_DIR: await this.folder(), ...standardEnv, ...env },
    });
    return { child, base: `${(await child.ready<{ url: string }>()).url}/api/v2` };
  }

  /** A real server with no data. */
  async engine(name: EngineName): Promise<Engine> {
    this.progress(`starting ${name}`);
    const [port = 0] = await freePorts(1);
    const engine = new Engine(name, port);
    this.atEnd(() => engine.remove());
    await engine.start();
    return engine;
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).toReversed()) await close();
  }

  #child(script: URL, options: ConstructorParameters<typeof Child>[1] = {}): Child {
    const child = new Child(script, options);
    this.atEnd(() => child.stop());
    return child;
  }
}

/** Free ports, no limit that a benchmark would meet. */
export const standardEnv = { PARLANCE_PORT: "0", PARLANCE_REQUESTS_PER_MINUTE: "1000000", PARLANCE_LOG_LEVEL: "warn" };
