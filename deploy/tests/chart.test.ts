import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BlockList } from "node:net";
import { Ajv } from "ajv";
import { beforeAll, describe, expect, test } from "vitest";
import {
  chart,
  componentOf,
  installations,
  ofKind,
  render,
  selects,
  valuesOf,
  workloads,
  type Installation,
  type Manifest,
} from "./_chart.ts";
import { findHelm, output } from "./_tools.ts";
import { readmeWithTable } from "../scripts/values-table.ts";

const helm = (await findHelm()) ?? "";

test("the README lists every value with its default and meaning", () => {
  const read = (name: string) => readFileSync(join(chart, name), "utf8");
  expect(read("README.md")).toBe(readmeWithTable(read("README.md"), read("values.yaml")));
});

describe.skipIf(helm === "")("the chart", () => {
  const rendered = new Map<Installation, Manifest[]>();
  const manifestsOf = (installation: Installation) => rendered.get(installation) ?? [];

  beforeAll(async () => {
    for (const installation of installations) rendered.set(installation, await render(helm, valuesOf(installation)));
  });

  test.each(installations)("passes helm's lint: %s", async (installation) => {
    const warnings = await output(helm, ["lint", "--strict", "--quiet", chart, ...valuesOf(installation)]);
    expect(warnings.trim()).toBe("");
  });

  test("installs without any value as one process on one volume", async () => {
    const made = workloads(await render(helm, []));
    expect(made.map(({ manifest, component }) => [manifest.kind, component, manifest.spec["replicas"]])).toEqual([
      ["StatefulSet", "standalone", 1],
    ]);
  });

  test("runs each service by itself in the distributed shape", () => {
    const made = workloads(manifestsOf("distributed"));
    expect(new Set(made.map(({ manifest }) => manifest.kind))).toEqual(new Set(["Deployment"]));
    expect(made.map(({ component }) => component).toSorted()).toEqual([
      "account",
      "chat",
      "conversation",
      "gateway",
      "ingestion",
      "retrieval",
    ]);
  });

  test.each(installations)("makes nothing that the API of Kubernetes would not know: %s", (installation) => {
    const { documents, definitions } = JSON.parse(readFileSync(join(import.meta.dirname, "kubernetes-schemas.json"), "utf8")) as {
      documents: Record<string, object>;
      definitions: object;
    };
    const ajv = new Ajv({ strict: false, allErrors: true });
    // What the operator of Prometheus defines is not the API's own.
    const own = manifestsOf(installation).filter(({ apiVersion }) => !apiVersion.startsWith("monitoring.coreos.com/"));
    for (const manifest of own) {
      const schema = documents[`${manifest.apiVersion}/${manifest.kind}`];
      expect(schema, `${manifest.apiVersion}/${manifest.kind} in kubernetes-schemas.json`).toBeDefined();
      const isValid = ajv.compile({ ...schema, definitions });
      isValid(manifest);
      expect(isValid.errors ?? [], `${manifest.kind} ${manifest.metadata.name}`).toEqual([]);
    }
  });

  test.each(installations)("gives no two things of a kind one name: %s", (installation) => {
    const names = manifestsOf(installation).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(names).toEqual([...new Set(names)]);
  });

  test.each(installations)("keeps to the restricted pod security standard and gives no token: %s", (installation) => {
    for (const { pod, component } of workloads(manifestsOf(installation))) {
      expect(pod.spec, component).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
      });
      expect(pod.spec.containers[0].securityContext, component).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      expect(JSON.stringify(pod.spec), component).not.toMatch(/hostPath|hostNetwork|hostPID|hostIPC|hostPort/);
    }
  });

  test.each(installations)("asks for CPU and memory and limits memory: %s", (installation) => {
    for (const { pod } of workloads(manifestsOf(installation))) {
      expect(pod.spec.containers[0]["resources"]).toMatchObject({
        requests: { cpu: expect.anything(), memory: expect.anything() },
        limits: { memory: expect.anything() },
      });
    }
  });

  test.each([
    ["unless told otherwise", [], 5, 20],
    ["as told for all", ["--set", "defaults.drainSeconds=120", "--set", "defaults.preStopSeconds=15"], 15, 120],
  ] as const)("stops by a pause, then a drain that fits into the grace period: %s", async (_when, args, pause, drain) => {
    for (const installation of installations)
      for (const { pod, component } of workloads(await render(helm, [...valuesOf(installation), ...args]))) {
        const [container] = pod.spec.containers;
        expect(container["lifecycle"], component).toEqual({ preStop: { sleep: { seconds: pause } } });
        expect(container.env).toContainEqual({ name: "PARLANCE_DRAIN_TIMEOUT_MS", value: String(drain * 1_000) });
        // The runtime gives a stop twice the drain and five seconds before it ends itself.
        const grace = pod.spec["terminationGracePeriodSeconds"] as number;
        expect(grace, component).toBeGreaterThanOrEqual(pause + 2 * drain + 5);
        expect(grace, component).toBeLessThan(pause + 2 * drain + 20);
      }
  });

  test("lets one service drain longer than the others", async () => {
    const made = workloads(await render(helm, [...valuesOf("distributed"), "--set", "services.chat.drainSeconds=300"]));
    const grace = (wanted: string) => made.find(({ component }) => component === wanted)?.pod.spec["terminationGracePeriodSeconds"];
    expect([grace("chat"), grace("gateway")]).toEqual([615, 55]);
  });

  test.each(installations)("probes HTTP at the edge and grpc.health.v1 everywhere else: %s", (installation) => {
    for (const { pod, component } of workloads(manifestsOf(installation))) {
      const [container] = pod.spec.containers;
      const isEdge = component === "gateway" || component === "standalone";
      const grpc = { grpc: { port: 3001 } };
      const http = (path: string) => ({ httpGet: { port: "http", path } });
      expect(container["readinessProbe"], component).toMatchObject(isEdge ? http("/readyz") : grpc);
      expect(container["livenessProbe"], component).toMatchObject(isEdge ? http("/healthz") : grpc);
    }
  });

  test.each(installations)("lets a drained node take one pod of a service at a time: %s", (installation) => {
    const budgets = ofKind(manifestsOf(installation), "PodDisruptionBudget");
    const made = workloads(manifestsOf(installation));
    expect(budgets.map(componentOf).toSorted()).toEqual(made.map(({ component }) => component).toSorted());
    for (const budget of budgets) {
      const matching = made.filter(({ pod }) => selects(budget.spec["selector"], pod.metadata.labels));
      expect(matching.map(({ component }) => component)).toEqual([componentOf(budget)]);
      expect(budget.spec["maxUnavailable"]).toBe(1);
    }
  });

  test("scales by CPU, or by the metrics given", () => {
    const scaled = ofKind(manifestsOf("everything"), "HorizontalPodAutoscaler");
    const types = scaled.map((scaler) => [componentOf(scaler), (scaler.spec["metrics"] as { type: string }[])[0]?.type]);
    expect(Object.fromEntries(types)).toEqual({
      chat: "Resource",
      gateway: "Resource",
      ingestion: "External",
      retrieval: "Resource",
    });
    // The scaler decides the number of pods, and an upgrade leaves it alone.
    for (const { manifest, component } of workloads(manifestsOf("everything")))
      expect("replicas" in manifest.spec, component).toBe(!types.some(([name]) => name === component));
  });

  test.each(installations)("lets no pod reach the metadata service of a cloud: %s", (installation) => {
    const blocks = JSON.stringify(ofKind(manifestsOf(installation), "NetworkPolicy").map(({ spec }) => spec["egress"]));
    const open = [...blocks.matchAll(/\{"cidr":"([^"]+)"(?:,"except":(\[[^\]]*\]))?\}/g)].filter(([, cidr = "", except = "[]"]) => {
      const excepted = JSON.parse(except) as string[];
      return ["169.254.169.254", "168.63.129.16", "fd00:ec2::254"].some(
        (address) => isWithin(address, [cidr]) && !isWithin(address, excepted),
      );
    });
    expect(open.map(([block]) => block)).toEqual([]);
  });

  test.each(installations)("denies what no policy allows: %s", (installation) => {
    const policies = ofKind(manifestsOf(installation), "NetworkPolicy");
    for (const { spec } of policies) expect(spec["policyTypes"]).toEqual(["Ingress", "Egress"]);
    const everything = policies.filter(({ spec }) => spec["ingress"] === undefined && spec["egress"] === undefined);
    expect(everything).toHaveLength(1);
    for (const { pod } of workloads(manifestsOf(installation)))
      expect(selects(everything[0]?.spec["podSelector"], pod.metadata.labels)).toBe(true);
  });

  test("lets consumers call the services, and those alone who are named", () => {
    const named = { from: [{ podSelector: { matchLabels: { app: "reports" } } }], ports: [{ port: "rpc" }] };
    for (const policy of ofKind(manifestsOf("everything"), "NetworkPolicy").filter(componentOf)) {
      const component = componentOf(policy);
      const rules = (policy.spec["ingress"] ?? []) as unknown[];
      expect(
        rules.filter((rule) => JSON.stringify(rule).includes("reports")),
        component,
      ).toEqual(component === "gateway" ? [] : [named]);
    }
  });

  test("rolls the pods when settings, the Secret's content or its revision change, and otherwise not", async () => {
    const podsWith = async (...args: string[]) =>
      JSON.stringify(workloads(await render(helm, [...valuesOf("embedded"), ...args])).map(({ pod }) => pod));
    const before = await podsWith();
    expect(await podsWith()).toBe(before);
    expect(await podsWith("--set", "settings.PARLANCE_LOG_LEVEL=debug")).not.toBe(before);
    expect(await podsWith("--set", "secret.values.PARLANCE_MODEL_API_KEY=new")).not.toBe(before);
    expect(await podsWith("--set", "secret.revision=2")).not.toBe(before);
    expect(await podsWith("--set", "service.port=81")).toBe(before);
  });

  test("serves every host name of the Ingress once, under its certificate", () => {
    const [ingress] = ofKind(manifestsOf("everything"), "Ingress");
    const hosts = ["chat.example.com", "bots.example.com"];
    expect(ingress?.spec["tls"]).toEqual([{ hosts, secretName: "chat-tls" }]);
    expect(ingress?.spec["rules"]).toEqual(hosts.map((host) => expect.objectContaining({ host })));
  });

  test("lets the stores be reached by IPv6 as by IPv4", async () => {
    const policies = ofKind(manifestsOf("distributed"), "NetworkPolicy");
    const open = JSON.stringify(policies.find((policy) => componentOf(policy) === "account")?.spec["egress"]);
    expect(open).toContain('"cidr":"0.0.0.0/0"');
    expect(open).toContain('"cidr":"::/0"');
  });

  test("gives a container no variable twice, whatever is asked for", async () => {
    const secretKeys = "services.chat.secretKeys={PARLANCE_RPC_TOKEN,OTEL_EXPORTER_OTLP_HEADERS,PARLANCE_MODEL_API_KEY}";
    const traced = "settings.OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318";
    const made = workloads(await render(helm, [...valuesOf("distributed"), "--set", secretKeys, "--set", traced]));
    for (const { pod, component } of made) {
      const names = pod.spec.containers[0].env.map(({ name }) => name);
      expect(names, component).toEqual([...new Set(names)]);
    }
  });

  test("names everything that is missing at once", async () => {
    const refused = render(helm, ["--set", "shape=distributed", "--set", "ingress.enabled=true"]);
    await expect(refused).rejects.toThrow(/PARLANCE_DOCUMENTS_URL[^]*PARLANCE_EVENTS_URL[^]*PARLANCE_SEARCH_URL[^]*ingress\.host/);
  });

  test("refuses to scale to fewer pods than the fewest", async () => {
    const scaled = (service: string) =>
      render(helm, [...valuesOf("distributed"), "--set", `services.${service}.autoscaling.min=20`]);
    await expect(scaled("gateway")).rejects.toThrow("services.gateway.autoscaling: min is more than max");
    await expect(scaled("account"), "which is not scaled").resolves.toBeInstanceOf(Array);
  });

  test("long names of releases that begin alike stay apart, and short ones stay as they are", async () => {
    const namesOf = async (name: string) =>
      new Set((await render(helm, ["--set", `fullnameOverride=${name}`])).map(({ metadata }) => metadata.name));
    const [one, other] = await Promise.all(["a", "b"].map((end) => namesOf(`${"customer-".repeat(5)}${end}`)));
    expect([...(one ?? [])].filter((name) => other?.has(name))).toEqual([]);
    for (const name of one ?? []) expect(name.length).toBeLessThanOrEqual(63);
    expect(await namesOf("n".repeat(40))).toContain(`${"n".repeat(40)}-standalone`);
  });

  test.each([
    ["a value that nobody reads", "shap=embedded"],
    ["a credential among the settings", "settings.PARLANCE_MODEL_API_KEY=key"],
    ["a port that the chart decides", "settings.PARLANCE_PORT=80"],
    ["a drain that the grace period would not know of", "settings.PARLANCE_DRAIN_TIMEOUT_MS=90000"],
    ["a name that Kubernetes would refuse", "fullnameOverride=Bad.Name"],
    ["a name longer than a label", `nameOverride=${"n".repeat(64)}`],
    ["a key that is none", "secret.values.PARLANCE_API_KEY=key"],
  ])("refuses %s", async (_what, value) => {
    await expect(render(helm, ["--set", value])).rejects.toThrow(/don't meet the specifications/);
  });
});

function isWithin(address: string, networks: readonly string[]): boolean {
  const family = (text: string) => (text.includes(":") ? "ipv6" : "ipv4");
  const list = new BlockList();
  for (const network of networks) {
    const [base = "", prefix = "128"] = network.split("/");
    // The list would find every IPv4 address in ::/0.
    if (family(base) !== family(address)) continue;
    list.addSubnet(base, Number(prefix), family(base));
  }
  return list.check(address, family(address));
}
