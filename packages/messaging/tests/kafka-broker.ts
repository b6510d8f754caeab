import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const script = join(import.meta.dirname, "../../testkit/engines/kafka/kafka.sh");

/** The one broker of a test run, which the fault tests may kill: started by kafka.sh on this data folder. */
export class Broker {
  readonly #dataFolder: string;
  readonly #port: string;

  constructor(dataFolder: string, address: string) {
    this.#dataFolder = dataFolder;
    this.#port = address.split(":").at(-1) ?? "";
  }

  get #pid(): number {
    return Number(readFileSync(join(this.#dataFolder, "kafka.pid"), "utf8"));
  }

  /** SIGKILL, or SIGSTOP for a broker that hangs. */
  signal(signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void {
    process.kill(this.#pid, signal);
  }

  async start(): Promise<void> {
    const env = { ...process.env, DATA: this.#dataFolder, PORT: this.#port };
    const child = spawn("bash", [script, "start"], { stdio: ["ignore", "ignore", "inherit"], env });
    const [code] = await once(child, "exit");
    if (code !== 0) throw new Error(`kafka.sh start ended with ${String(code)}`);
  }

  async restart(): Promise<void> {
    this.signal("SIGKILL");
    await this.start();
  }
}
