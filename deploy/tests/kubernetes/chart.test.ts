import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startCluster, type Cluster } from "./_cluster.ts";

// The API, its admission, the controllers and the scheduler are real; nodes and containers are simulated. Tests go on from each other.

interface List<Item> {
  items: Item[];
}
interface Pod {
  metadata: { name: string; uid: string; labels: Record<string, string> };
  spec: { nodeName: string };
  status: { conditions?: { type: string; status: string }[] };
}
interface Deployment {
  metadata: { name: string };
  spec: { replicas: number };
  status: { availableReplicas?: number; readyReplicas?: number };
}

let cluster: Cluster;
const services = ["account", "chat", "conversation", "gateway", "ingestion", "retrieval"];

beforeAll(async () => {
  cluster = await startCluster();
  for (const name of ["one", "many"]) {
    await cluster.kubectl(["create", "namespace", name]);
    await cluster.kubectl([
      "label",
      "namespace",
      name,
      "pod-security.kubernetes.io/enforce=restricted",
      "pod-security.kubernetes.io/warn=restricted",
    ]);
  }
  await cluster.kubectl(["apply", "-f", "-"], volumes());
});

afterAll(() => cluster?.[Symbol.asyncDispose]());

test("a pod that may be root is not admitted", async () => {
  await expect(cluster.kubectl(["--namespace", "one", "run", "root", "--image", "parlance/standalone"])).rejects.toThrow(
    /violates PodSecurity "restricted/,
  );
});

describe("in one pod", () => {
  const inNamespace = ["--namespace", "one"];
  const key = async () =>
    (await cluster.get<{ data: Record<string, string> }>("secret", "parlance", ...inNamespace)).data["PARLANCE_API_KEY"];
  const pod = async () => (await cluster.get<List<Pod>>("pods", ...inNamespace)).items[0];

  test("installs without any value and becomes ready", async () => {
    const said = await cluster.helm(["install", "parlance", cluster.chart, ...inNamespace, "--wait", "--timeout", "2m"]);
    expect(said).toContain("port-forward service/parlance-standalone 3000:80");
    expect(isReady(await pod())).toBe(true);
  });

  test("keeps the key and the volume over an upgrade that rolls the pod", async () => {
    const before = { key: await key(), uid: (await pod())?.metadata.uid };
    await upgrade("--set", "settings.PARLANCE_LOG_LEVEL=debug");
    expect(await key()).toBe(before.key);
    expect((await pod())?.metadata.uid).not.toBe(before.uid);
  });

  test("leaves the pod alone in an upgrade that changes nothing", async () => {
    const before = (await pod())?.metadata.uid;
    await upgrade("--set", "settings.PARLANCE_LOG_LEVEL=debug");
    expect((await pod())?.metadata.uid).toBe(before);
  });

  test("leaves the volume behind when it is uninstalled", async () => {
    await cluster.helm(["uninstall", "parlance", ...inNamespace, "--wait", "--timeout", "2m"]);
    const claims = await cluster.get<List<{ metadata: { name: string } }>>("pvc", ...inNamespace);
    expect(claims.items.map(({ metadata }) => metadata.name)).toEqual(["data-parlance-standalone-0"]);
  });

  const upgrade = (...args: string[]) =>
    cluster.helm(["upgrade", "parlance", cluster.chart, ...inNamespace, "--wait", "--timeout", "2m", ...args]);
});

describe("as services", () => {
  const inNamespace = ["--namespace", "many"];
  const values = ["--set", "shape=distributed", "--set", "secret.existing=credentials"];
  const wait = ["--wait", "--timeout", "3m"];
  const deployments = async () => (await cluster.get<List<Deployment>>("deployments", ...inNamespace)).items;
  const pods = async () => (await cluster.get<List<Pod>>("pods", ...inNamespace)).items;
  const environmentOf = async (name: string) => JSON.stringify(await cluster.get("deployment", `parlance-${name}`, ...inNamespace));

  test("is taken by the server's strict validation, field by field", async () => {
    const manifests = await cluster.helm(["template", "parlance", cluster.chart, ...inNamespace, ...values]);
    const said = await cluster.kubectl(["apply", "--dry-run=server", "--validate=strict", ...inNamespace, "-f", "-"], manifests);
    for (const name of services) expect(said).toContain(`deployment.apps/parlance-${name} created`);
  });

  test("installs with credentials of a Secret that was there, two ready pods of each service on different nodes", async () => {
    await cluster.kubectl(["create", "secret", "generic", "credentials", ...inNamespace, ...literals()]);
    await cluster.helm(["install", "parlance", cluster.chart, ...inNamespace, ...values, ...wait]);
    await until(async () => (await deployments()).every(({ status }) => status.availableReplicas === 2));
    const made = await pods();
    expect(made.filter((pod) => !isReady(pod))).toEqual([]);
    for (const name of services) {
      const nodes = made.filter((pod) => componentOf(pod) === name).map(({ spec }) => spec.nodeName);
      expect(nodes.length).toBe(2);
      expect(new Set(nodes).size).toBe(2);
    }
  });

  test("upgrades one pod after the other: no service has ever fewer than two available", async () => {
    const least = await leastAvailable(() =>
      cluster.helm([
        "upgrade",
        "parlance",
        cluster.chart,
        ...inNamespace,
        ...values,
        ...wait,
        "--set",
        "settings.PARLANCE_LOG_LEVEL=debug",
      ]),
    );
    expect(await environmentOf("gateway")).toContain('"value":"debug"');
    expect(least).toBe(2);
  });

  test("an upgrade that fails is rolled back by itself, and the pods of the version before never stop serving", async () => {
    const broken = [
      "--set",
      "settings.PARLANCE_LOG_LEVEL=trace",
      "--set",
      "services.gateway.podAnnotations.parlance\\.test/fault=crash",
    ];
    const least = await leastAvailable(async () => {
      const failing = cluster.helm([
        "upgrade",
        "parlance",
        cluster.chart,
        ...inNamespace,
        ...values,
        ...broken,
        "--rollback-on-failure",
        "--wait",
        "--timeout",
        "20s",
      ]);
      await expect(failing).rejects.toThrow(/rolled back|rollback/i);
    });
    expect(least).toBe(2);
    expect(await environmentOf("gateway")).toContain('"value":"debug"');
    const history = JSON.parse(await cluster.helm(["history", "parlance", ...inNamespace, "--output", "json"])) as {
      status: string;
      description: string;
    }[];
    expect(history.at(-1)).toMatchObject({ status: "deployed" });
    expect(history.at(-2)).toMatchObject({ status: "failed" });
  });

  test("goes back to the first version by helm rollback", async () => {
    await cluster.helm(["rollback", "parlance", "1", ...inNamespace, ...wait]);
    expect(await environmentOf("gateway")).not.toContain("PARLANCE_LOG_LEVEL");
  });

  test("nodes that are drained at once leave every service a pod that is available", async () => {
    await until(async () => (await deployments()).every(({ status }) => status.availableReplicas === 2));
    const drained = ["node-1", "node-2"];
    // Where both pods of a service stand on these nodes, its budget makes one drain wait for the other.
    const least = await leastAvailable(() =>
      Promise.all(drained.map((node) => cluster.kubectl(["drain", node, "--delete-emptydir-data", "--timeout", "120s"]))),
    );
    expect(least).toBeGreaterThanOrEqual(1);
    await until(async () => (await deployments()).every(({ status }) => status.availableReplicas === 2));
    expect((await pods()).filter(({ spec }) => drained.includes(spec.nodeName))).toEqual([]);
    for (const node of drained) await cluster.kubectl(["uncordon", node]);
  });

  test("evicts no second pod of a service while the first is gone", async () => {
    const budgets = await cluster.get<List<{ metadata: { name: string }; status: { disruptionsAllowed: number } }>>(
      "pdb",
      ...inNamespace,
    );
    expect(budgets.items.map(({ metadata, status }) => [metadata.name, status.disruptionsAllowed])).toEqual(
      services.map((name) => [`parlance-${name}`, 1]),
    );
    // Where no node can take a pod, one that is evicted stays gone, and its neighbour must not follow.
    for (const node of ["node-1", "node-2", "node-3"]) await cluster.kubectl(["cordon", node]);
    const [first, second] = (await pods()).filter((pod) => componentOf(pod) === "account");
    await evict(first);
    await until(async () => !(await pods()).some(({ metadata }) => metadata.uid === first?.metadata.uid));
    await until(async () => {
      const budget = await cluster.get<{ status: { disruptionsAllowed: number } }>("pdb", "parlance-account", ...inNamespace);
      return budget.status.disruptionsAllowed === 0;
    });
    await expect(evict(second)).rejects.toThrow(/disruption budget/);
  });

  /** The fewest pods that any service had available, while something was done. */
  async function leastAvailable(action: () => Promise<unknown>): Promise<number> {
    let least = Number.POSITIVE_INFINITY;
    const done = new AbortController();
    const watching = (async () => {
      while (!done.signal.aborted) {
        least = Math.min(least, ...(await deployments()).map(({ status }) => status.availableReplicas ?? 0));
        await sleep(100);
      }
    })();
    try {
      await action();
    } finally {
      done.abort();
      await watching;
    }
    return least;
  }

  function evict(pod: Pod | undefined): Promise<string> {
    const name = pod?.metadata.name ?? "";
    const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace: "many" } };
    return cluster.kubectl(["create", "--raw", `/api/v1/namespaces/many/pods/${name}/eviction`, "-f", "-"], JSON.stringify(body));
  }
});

/** Nothing provisions volumes here: one for the pod of the embedded shape, one that services share. */
function volumes(): string {
  return ["ReadWriteOnce", "ReadWriteMany"]
    .map((mode) =>
      JSON.stringify({
        apiVersion: "v1",
        kind: "PersistentVolume",
        metadata: { name: mode.toLowerCase() },
        spec: { accessModes: [mode], capacity: { storage: "10Gi" }, nfs: { server: "files.example.com", path: `/${mode}` } },
      }),
    )
    .join("\n---\n");
}

function literals(): string[] {
  const credentials = {
    PARLANCE_API_KEY: "sk-0123456789abcdefghijklmnopqrstuv",
    PARLANCE_RPC_TOKEN: "a-token-that-is-long-enough",
    PARLANCE_DOCUMENTS_URL: "mongodb://mongo:27017/parlance",
    PARLANCE_EVENTS_URL: "kafka://kafka:9092",
    PARLANCE_SEARCH_URL: "elasticsearch+http://elasticsearch:9200",
  };
  return Object.entries(credentials).map(([name, value]) => `--from-literal=${name}=${value}`);
}

function isReady(pod: Pod | undefined): boolean {
  return pod?.status.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}

function componentOf({ metadata }: Pod): string {
  return metadata.labels["app.kubernetes.io/component"] ?? "";
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 120_000; !(await holds()); await sleep(200))
    if (Date.now() > end) throw new Error("it did not come about within two minutes");
}
