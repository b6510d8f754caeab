import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { account } from "@parlance/account";
import { parseConfig, type ServiceDefinition } from "@parlance/platform";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test } from "vitest";
import { readProcessConfig } from "../../packages/runtime/src/process-config.ts";
import {
  chart,
  componentOf,
  environmentOf,
  installations,
  ofKind,
  render,
  valuesOf,
  workloads,
  type Installation,
  type Manifest,
} from "./_chart.ts";
import { credentialsOf, definitions, isCredential, owners, processSettings, root, settingsOf } from "./_services.ts";
import { findHelm } from "./_tools.ts";

const helm = (await findHelm()) ?? "";

/** What an operator's own Secret holds. */
const secrets = {
  PARLANCE_API_KEY: "sk-0123456789abcdefghijklmnopqrstuv",
  PARLANCE_RPC_TOKEN: "a-token-that-is-long-enough",
  PARLANCE_DOCUMENTS_URL: "mongodb://parlance:secret@mongo:27017/parlance",
  PARLANCE_EVENTS_URL: "kafka://parlance:secret@kafka:9092",
  PARLANCE_SEARCH_URL: "elasticsearch+https://parlance:secret@elasticsearch:9200",
};

/** The services that run in a pod of that name. */
function servicesIn(component: string): readonly ServiceDefinition[] {
  return component === "standalone" ? definitions : definitions.filter(({ name }) => name === component);
}

describe.skipIf(helm === "")("what the chart tells the services", () => {
  const rendered = new Map<Installation, Manifest[]>();
  const podsOf = (installation: Installation) => workloads(rendered.get(installation) ?? []);

  beforeAll(async () => {
    for (const installation of installations) rendered.set(installation, await render(helm, valuesOf(installation)));
  });

  test.each(installations)("has only variables that the code reads: %s", (installation) => {
    for (const { component, pod } of podsOf(installation)) {
      const known = new Set([...processSettings, ...servicesIn(component).flatMap(({ config }) => Object.keys(config))]);
      const given = pod.spec.containers[0].env.map(({ name }) => name).filter((name) => name.startsWith("PARLANCE_"));
      // A setting of every service is seen by those, too, that have no use for it.
      const global = new Set(definitions.flatMap(({ config }) => Object.keys(config)));
      expect(
        given.filter((name) => !known.has(name) && !global.has(name)),
        component,
      ).toEqual([]);
      expect(new Set(given).size, component).toBe(given.length);
    }
  });

  test.each(installations)("has only values that the code takes: %s", (installation) => {
    for (const { component, pod } of podsOf(installation)) {
      const env = environmentOf(pod, secrets);
      expect(() => readProcessConfig(env), component).not.toThrow();
      for (const { config } of servicesIn(component)) expect(() => parseConfig(config, env), component).not.toThrow();
    }
  });

  test("gives each service the addresses of those that it calls, of no others, and opens the way", () => {
    const policies = ofKind(rendered.get("distributed") ?? [], "NetworkPolicy");
    for (const { component, pod } of podsOf("distributed")) {
      const definition = definitions.find(({ name }) => name === component);
      const called = definition === undefined ? new Set() : owners(definition);
      const env = environmentOf(pod, secrets);
      for (const { name } of definitions) {
        const address = called.has(name) ? `http://trial-parlance-${name}:3001` : undefined;
        expect(env[`PARLANCE_${name.toUpperCase()}_URL`], `${component} → ${name}`).toBe(address);
        const policy = policies.find((candidate) => componentOf(candidate) === name);
        expect(JSON.stringify(policy?.spec["ingress"] ?? []).includes(`"${component}"`), `${component} → ${name}`).toBe(
          called.has(name),
        );
      }
    }
  });

  test("turns TLS between services on everywhere at once, with a certificate that every pod can read and none can change", async () => {
    const made = podsOf("everything");
    for (const { component, pod } of made) {
      const env = environmentOf(pod, secrets);
      const addresses = definitions.flatMap(({ name }) => env[`PARLANCE_${name.toUpperCase()}_URL`] ?? []);
      expect(
        addresses.filter((address) => !address.startsWith("https://chat-")),
        component,
      ).toEqual([]);
      expect(
        Object.entries(env).filter(([name]) => name.includes("_TLS_")),
        component,
      ).toEqual([
        ["PARLANCE_RPC_TLS_CA_FILE", "/tls/ca.crt"],
        ["PARLANCE_RPC_TLS_CERT_FILE", "/tls/tls.crt"],
        ["PARLANCE_RPC_TLS_CLIENT_CA_FILE", "/tls/ca.crt"],
        ["PARLANCE_RPC_TLS_KEY_FILE", "/tls/tls.key"],
      ]);
      expect(pod.spec.containers[0].volumeMounts).toContainEqual({ name: "tls", mountPath: "/tls", readOnly: true });
      // Belongs to the group of the pod (fsGroup), which may read it.
      expect(pod.spec["volumes"]).toContainEqual({ name: "tls", secret: { secretName: "chat-rpc-tls", defaultMode: 0o440 } });
    }
    expect(made).toHaveLength(definitions.length);
    await expect(render(helm, ["--set", "rpcTls.secret=chat-rpc-tls"])).rejects.toThrow(/rpcTls\.secret: one pod calls nobody/);
    const plain = podsOf("distributed").flatMap(({ pod }) => Object.keys(environmentOf(pod, secrets)));
    expect(plain.filter((name) => name.includes("_TLS_"))).toEqual([]);
  });

  test("gives each service the addresses of the stores that it uses, and of no others", () => {
    for (const { component, pod } of podsOf("distributed")) {
      const used = definitions.find(({ name }) => name === component)?.ports;
      const env = environmentOf(pod, secrets);
      for (const store of ["documents", "events", "search", "blobs"] as const)
        expect(`PARLANCE_${store.toUpperCase()}_URL` in env, `${component}: ${store}`).toBe(used?.includes(store) ?? true);
    }
  });

  test("makes a key and a token that the services take, when none are given", async () => {
    const [secret] = ofKind(await render(helm, []), "Secret");
    const made = Object.fromEntries(
      Object.entries(secret?.data ?? {}).map(([name, value]) => [name, Buffer.from(value, "base64").toString()]),
    );
    expect(Object.keys(made)).toEqual(["PARLANCE_API_KEY", "PARLANCE_RPC_TOKEN"]);
    expect(() => parseConfig(account.config, made)).not.toThrow();
    expect(() => readProcessConfig(made)).not.toThrow();
  });

  test.each(installations)("gives each service every credential that it uses, and no other: %s", (installation) => {
    for (const { component, pod } of podsOf(installation)) {
      const given = pod.spec.containers[0].env.map(({ name }) => name).filter(isCredential);
      const used = new Set(servicesIn(component).flatMap(credentialsOf));
      expect(given.toSorted(), component).toEqual([...used].toSorted());
    }
  });

  test("hands credentials over by reference only", () => {
    const isReference = (name: string) => isCredential(name) || /_(DOCUMENTS|EVENTS|SEARCH)_URL$/.test(name);
    const variables = installations.flatMap((installation) =>
      podsOf(installation).flatMap(({ pod }) => pod.spec.containers[0].env),
    );
    const credentials = variables.filter(({ name }) => isReference(name));
    expect(credentials.length).toBeGreaterThan(10);
    expect(credentials.filter(({ value }) => value !== undefined)).toEqual([]);
  });

  test("tells every service where traces go, with the collector's credential from the Secret, and else nothing of them", () => {
    const telemetry = (installation: Installation) =>
      podsOf(installation).map(({ pod }) => pod.spec.containers[0].env.filter(({ name }) => name.startsWith("OTEL_")));
    expect(new Set(telemetry("distributed").flat())).toEqual(new Set());
    for (const given of telemetry("everything")) {
      expect(given.map(({ name }) => name)).toEqual(["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_HEADERS"]);
      expect(given[1]?.valueFrom?.secretKeyRef).toMatchObject({ key: "OTEL_EXPORTER_OTLP_HEADERS", optional: true });
    }
  });

  test.each(installations)("names images that the Dockerfile makes: %s", (installation) => {
    for (const { component, pod } of podsOf(installation)) {
      expect(pod.spec.containers[0].image).toMatch(new RegExp(`parlance/${component}:\\d`));
      expect(existsSync(join(root, "services", component)), component).toBe(true);
    }
  });
});

describe("the values of the chart", () => {
  const schema = JSON.parse(readFileSync(join(chart, "values.schema.json"), "utf8")) as object;
  const isValid = new Ajv2020({ strict: false }).compile(schema);
  const every = [...new Set(definitions.flatMap((definition) => [...settingsOf(definition)]))];
  /** What must agree with ports, volumes and the grace period of the pods. */
  const decided = new Set([
    "PARLANCE_PORT",
    "PARLANCE_RPC_PORT",
    "PARLANCE_METRICS_PORT",
    "PARLANCE_DATA_DIR",
    "PARLANCE_DRAIN_TIMEOUT_MS",
  ]);

  const text = "sk-0123456789abcdefghijklmnopqrstuv";

  test("take every setting of every service in the pods, but for credentials", () => {
    expect(every.length).toBeGreaterThan(50);
    const taken = every.filter((name) => isValid({ settings: { [name]: text } }));
    expect(taken).toEqual(every.filter((name) => !isCredential(name) && !decided.has(name)));
  });

  test("take every credential in the Secret", () => {
    const credentials = every.filter(isCredential);
    expect(credentials).toContain("PARLANCE_BLOBS_SAS");
    expect(credentials.filter((name) => !isValid({ secret: { values: { [name]: text } } }))).toEqual([]);
  });
});

test("the image runs the Node and is made by the pnpm that the project is tested with", () => {
  const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");
  const [, node, pnpm] = /versions = \{ node: "([\d.]+)", pnpm: "([\d.]+)" \}/.exec(read("scripts", "toolchain.mjs")) ?? [];
  expect(read("deploy", "docker", "Dockerfile")).toContain(`ARG NODE_IMAGE=node:${node}-`);
  expect((JSON.parse(read("package.json")) as { packageManager: string }).packageManager).toBe(`pnpm@${pnpm}`);
});

test("the image gives a process the heaps and threads that npm start gives it, so that silent name servers hold up none of its own lookups", () => {
  const [, given = ""] = /const threads = \{ (.*) \};/.exec(readFileSync(join(root, "scripts", "run.mjs"), "utf8")) ?? [];
  const image = readFileSync(join(root, "deploy", "docker", "Dockerfile"), "utf8");
  const [heaps, threads] = Array.from(given.matchAll(/(\w+): "(\d+)"/g), ([, name, value]) => `${name}=${value}`);
  expect([heaps, threads]).toEqual(["MALLOC_ARENA_MAX=2", "UV_THREADPOOL_SIZE=64"]);
  expect(image).toMatch(new RegExp(`ENV[^]*\\b${heaps} [^]*\\b${threads} `));
});

test("the chart has the version of the project", () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const described = readFileSync(join(root, "deploy", "helm", "parlance", "Chart.yaml"), "utf8");
  expect(described).toContain(`\nversion: ${version}\n`);
  expect(described).toContain(`\nappVersion: ${version}\n`);
});
