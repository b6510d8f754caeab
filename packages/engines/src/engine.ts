import { spawn } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

export const engineNames = ["MongoDB", "Elasticsearch", "Kafka"] as const;
export type EngineName = (typeof engineNames)[number];

/** A server that cannot be started here. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  /** True when a tool that it needs is not installed. */
  readonly missing: boolean;

  constructor(engine: EngineName, output: string) {
    const last = output.trim().split("\n").at(-1) ?? "it said nothing";
    super(`${engine} cannot be started: ${last}`);
    this.missing = /was not found|is needed|needs (?:Linux|a CPU)|no java found|no full JDK|is too old/.test(last);
  }
}

/** One real server on a port of the loopback address, run by its script under `engines/`. Its data lies in the engines' cache. */
export class Engine {
  readonly name: EngineName;
  readonly port: number;

  constructor(name: EngineName, port: number) {
    this.name = name;
    this.port = port;
  }

  /** Address in the form that the settings of a process take. */
  get url(): string {
    if (this.name === "MongoDB") return `mongodb://127.0.0.1:${this.port}/parlance?replicaSet=rs0`;
    return this.name === "Kafka" ? `kafka://127.0.0.1:${this.port}` : `elasticsearch+http://127.0.0.1:${this.port}`;
  }

  /** Folder of a broker's own files. */
  get dataFolder(): string {
    const folders = {
      MongoDB: `mongodb/data-${this.port}`,
      Kafka: `kafka/data-${this.port}`,
      Elasticsearch: `elasticsearch/run-${this.port}`,
    };
    return join(cacheFolder(), folders[this.name]);
  }

  /**
   * Fetches what is not there yet, and waits until the server serves. Idempotent.
   * @throws EngineError with the last thing that the script said
   */
  start(): Promise<void> {
    return this.#run("start");
  }

  stop(): Promise<void> {
    return this.#run("stop");
  }

  /** Ends it as a loss of power would. It has let go of its port and its files when this resolves. */
  async kill(): Promise<void> {
    const pid = await this.#pid();
    process.kill(pid, "SIGKILL");
    while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** Hangs, so that connections stay open and nothing is answered, until `resume`. */
  async pause(): Promise<void> {
    process.kill(await this.#pid(), "SIGSTOP");
  }

  async resume(): Promise<void> {
    process.kill(await this.#pid(), "SIGCONT");
  }

  /** Stops it and deletes its data. */
  async remove(): Promise<void> {
    await this.stop();
    for (const path of [this.dataFolder, `${this.dataFolder}.lock`]) await rm(path, { recursive: true, force: true });
  }

  async #pid(): Promise<number> {
    const files = { MongoDB: "mongod.pid", Kafka: "kafka.pid", Elasticsearch: "node.pid" };
    return Number((await readFile(join(this.dataFolder, files[this.name]), "utf8")).trim());
  }

  #run(command: "start" | "stop"): Promise<void> {
    const scripts = { MongoDB: "mongodb/mongodb.sh", Kafka: "kafka/kafka.sh", Elasticsearch: "elasticsearch/elasticsearch.sh" };
    const script = join(import.meta.dirname, "..", scripts[this.name]);
    return new Promise((resolve, reject) => {
      const child = spawn("bash", [script, command], {
        env: { ...process.env, PORT: String(this.port), ...heap },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (output += part.toString()));
      child.once("error", () => reject(new EngineError(this.name, "'bash' was not found")));
      // Not `close`: a server in the background may hold the pipes.
      child.once("exit", (code) => {
        child.stdout.destroy();
        child.stderr.destroy();
        if (code === 0) resolve();
        else reject(new EngineError(this.name, output));
      });
    });
  }
}

const heap = { ES_HEAP: process.env["ES_HEAP"] ?? "512m" };

function cacheFolder(): string {
  const { ENGINES_CACHE: given, XDG_CACHE_HOME: cache } = process.env;
  return given ?? join(cache ?? join(homedir(), ".cache"), "parlance-engines");
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
