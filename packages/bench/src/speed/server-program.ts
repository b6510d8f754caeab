import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";

/** A program that serves HTTP, started as an operator starts it, with the processes it starts. */
export interface ServerProgram {
  pid: number;
  url: string;
  /** Milliseconds from starting it to its first 200. */
  startMs: number;
  /** Everything of it has ended when this resolves. */
  stop(): Promise<void>;
}

export interface ServerProgramOptions {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** Path that answers 200 from the moment the program serves. */
  readyPath: string;
}

const startLimitMs = 60_000;

/** Starts a program that listens where PARLANCE_PORT says. */
export async function startServerProgram(options: ServerProgramOptions): Promise<ServerProgram> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(options.command, [...options.args], {
    cwd: options.cwd,
    env: { PATH: process.env["PATH"] ?? "", ...options.env, PARLANCE_PORT: String(port) },
    // A group of its own: npm and the shell between pass no signal on, so all of them get it at once.
    detached: true,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const exited = once(child, "exit");
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    signalGroup(child.pid, "SIGTERM");
    const limit = setTimeout(() => signalGroup(child.pid, "SIGKILL"), 10_000);
    await exited;
    clearTimeout(limit);
    await untilRefused(port);
  };
  try {
    while (!(await answers(port, options.readyPath))) {
      if (child.exitCode !== null) throw new Error(`${options.command} ended with ${child.exitCode}`);
      if (performance.now() - began > startLimitMs) throw new Error(`${options.command} was not ready in time`);
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid ?? 0, url: `http://127.0.0.1:${port}`, startMs: performance.now() - began, stop };
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It ended by itself meanwhile.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** True when a path answers 200. A refused connection costs next to nothing, so the answer is known a few milliseconds after it is there. */
function answers(port: number, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.on("connect", () => socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`));
    socket.on("data", (bytes: Buffer) => {
      resolve(bytes.toString("latin1").startsWith("HTTP/1.1 200"));
      socket.destroy();
    });
    socket.on("error", () => resolve(false));
    socket.on("close", () => resolve(false));
  });
}

/** The program behind npm may end after npm did. */
async function untilRefused(port: number): Promise<void> {
  for (let looks = 0; looks < 500; looks++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: "127.0.0.1", port });
      socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
    if (!open) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
