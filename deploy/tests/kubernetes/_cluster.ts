import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chart } from "../_chart.ts";
import { findHelm, output } from "../_tools.ts";

const script = join(import.meta.dirname, "kubernetes.sh");

/** A real control plane with three simulated nodes, empty, and the tools to use it. */
export interface Cluster extends AsyncDisposable {
  helm(args: readonly string[]): Promise<string>;
  /** With `input` for `-f -`. */
  kubectl(args: readonly string[], input?: string): Promise<string>;
  get<T>(...args: string[]): Promise<T>;
  chart: string;
}

/** @throws when helm cannot be had, or the control plane cannot be built or started: the message says why */
export async function startCluster(): Promise<Cluster> {
  const helm = await findHelm();
  if (helm === undefined) throw new Error("helm is needed");
  const data = await mkdtemp(join(tmpdir(), "parlance-kubernetes-"));
  const env = { ...process.env, DATA: data };
  await pipe(script, ["start"], { env });
  const access = {
    env: { ...env, KUBECONFIG: join(data, "kubeconfig"), HELM_CACHE_HOME: data, HELM_CONFIG_HOME: data, HELM_DATA_HOME: data },
  };
  const kubectl = (args: readonly string[], input?: string) =>
    pipe(script, ["kubectl", ...args], { ...access, ...(input !== undefined && { input }) });
  return {
    chart,
    kubectl,
    helm: (args) => output(helm, args, access),
    get: async <T>(...args: string[]) => JSON.parse(await kubectl(["get", ...args, "--output", "json"])) as T,
    async [Symbol.asyncDispose]() {
      await pipe(script, ["stop"], { env });
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Runs a program with an input; resolves with its output, rejects with what it said. */
async function pipe(
  program: string,
  args: readonly string[],
  { env, input = "" }: { env: NodeJS.ProcessEnv; input?: string },
): Promise<string> {
  const child = spawn(program, args, { env, stdio: ["pipe", "pipe", "pipe"] });
  let [out, error] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (part: string) => (out += part));
  child.stderr.setEncoding("utf8").on("data", (part: string) => (error += part));
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${error.trim() || out.trim()}`);
  return out;
}
