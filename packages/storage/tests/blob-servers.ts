import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A server that speaks for a cloud, as a process of its own, so that it can be killed. */
export interface BlobServer {
  readonly endpoint: string;
  readonly folder: string;
  kill(): Promise<void>;
  /** Starts it again on the same port, with what it had written to its folder. */
  restart(): Promise<void>;
  /** Kills it, and removes its folder. */
  stop(): Promise<void>;
}

const require = createRequire(import.meta.url);

export const azuriteAccount = "devstoreaccount1";
/** The emulator's own, in its documentation. */
export const azuriteKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/** In memory, or in `fauxqs.db` of its folder, which is slower. */
export function startS3Server({ durable = false } = {}): Promise<BlobServer> {
  return startServer((port, folder) => [join(import.meta.dirname, "s3-server-child.ts"), `${port}`, ...(durable ? [folder] : [])]);
}

/** In memory: a kill costs the emulator the index of what it has on disk. */
export function startAzureServer(): Promise<BlobServer> {
  const main = require.resolve("azurite/dist/src/blob/main.js");
  const flags = ["--inMemoryPersistence", "--disableTelemetry", "--silent"];
  return startServer((port) => [main, "--blobHost", "127.0.0.1", "--blobPort", `${port}`, ...flags]);
}

async function startServer(command: (port: number, folder: string) => string[]): Promise<BlobServer> {
  const folder = await mkdtemp(join(tmpdir(), "parlance-blob-server-"));
  const start = async (port: number) => {
    const child = spawn(process.execPath, command(port, folder), { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    for await (const chunk of child.stdout.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
      said += String(chunk);
      const [, address] = /listens on (http:\S+)/.exec(said) ?? [];
      if (address === undefined) continue;
      child.stdout.resume();
      return { child, address };
    }
    throw new Error(`a server ended before it listened: ${said}`);
  };
  let { child, address } = await start(0);
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  return {
    endpoint: address,
    folder,
    kill,
    restart: async () => {
      ({ child, address } = await start(Number(new URL(address).port)));
    },
    stop: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
