import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { callOptions, createClients, createRpcTransport, Secret } from "@parlance/platform";
import { asTenant } from "@parlance/ports";
import { freePorts, type Engines } from "@parlance/engines";
import { Cluster, Program } from "@parlance/testkit";
import { Rest } from "./_rest.ts";

/** A running Parlance as its users and its operator see it, whatever it is made of. */
export interface Installation {
  address: string;
  /** Calls of the first user. */
  rest: Rest;
  /** Makes another user; calls of that one. */
  anotherUser(email: string): Promise<Rest>;
  /** Kills every process of ours at once, and starts them again. */
  crash(): Promise<void>;
  /** Stops everything in order; gives what did not end cleanly. */
  close(): Promise<readonly string[]>;
}

/** One process on a folder. */
export async function openEmbedded(folder: string): Promise<Installation> {
  const [port = 0, rpcPort = 0] = await freePorts(2);
  const address = `http://127.0.0.1:${port}`;
  const start = async () => {
    const program = new Program({
      main: new URL("../src/main.ts", import.meta.url),
      env: {
        PARLANCE_PORT: String(port),
        PARLANCE_RPC_PORT: String(rpcPort),
        PARLANCE_DATA_DIR: folder,
        PARLANCE_LOG_LEVEL: "warn",
      },
    });
    await program.says(/ready at/);
    return program;
  };
  let program = await start();
  const read = async (name: string) => (await readFile(join(folder, name), "utf8")).trim();
  return {
    address,
    rest: new Rest(address, await read("api-key")),
    anotherUser: async (email) =>
      new Rest(address, await makeUser({ url: `http://127.0.0.1:${rpcPort}`, token: await read("rpc-token"), email })),
    crash: async () => {
      await program.end("SIGKILL");
      program = await start();
    },
    close: async () => {
      const code = await program.end("SIGTERM");
      return code === 0 ? [] : [`it ended with ${code}`];
    },
  };
}

/** A process for each replica of each service, on real servers. `settings` are of all of them. */
export async function openCluster(
  folder: string,
  engines: Engines,
  settings: Readonly<Record<string, string>> = {},
): Promise<Installation> {
  // A database of its own, or the first user would be another run's.
  const documents = new URL(engines.get("MongoDB")?.url ?? "");
  documents.pathname = `/conformance-${randomUUID()}`;
  const env = { PARLANCE_LOG_LEVEL: "warn", PARLANCE_DOCUMENTS_URL: documents.href, ...settings };
  const cluster = await Cluster.start({ engines, folder, env });
  const { address } = cluster;
  return {
    address,
    rest: new Rest(address, await cluster.key()),
    anotherUser: async (email) => {
      const url = cluster.of("account")[0]?.rpcAddress ?? "";
      const token = (await readFile(join(folder, "rpc-token"), "utf8")).trim();
      return new Rest(address, await makeUser({ url, token, email }));
    },
    crash: async () => {
      await Promise.all(cluster.members.map((member) => member.end("SIGKILL")));
      await Promise.all(cluster.members.map((member) => member.start()));
    },
    close: () => cluster.stop(),
  };
}

/** What an operator does over the RPC port. @returns the user's API key */
async function makeUser({ url, token, email }: { url: string; token: string; email: string }): Promise<string> {
  const transport = createRpcTransport({ url, token: new Secret(token) });
  try {
    const { account } = createClients(() => transport);
    const operator = callOptions({ tenant: asTenant("operator") }, { timeoutMs: 30_000 });
    const { user } = await account.createUser({ email, name: "Another" }, operator);
    const { key } = await account.createApiKey(
      { label: "" },
      callOptions({ tenant: asTenant(user?.userId ?? "") }, { timeoutMs: 30_000 }),
    );
    return key;
  } finally {
    transport.close();
  }
}
