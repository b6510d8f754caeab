import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { parseConfig } from "@parlance/platform";
import { beforeAll, describe, expect, test } from "vitest";
import { readProcessConfig } from "../../packages/runtime/src/process-config.ts";
import { definitions, owners, processSettings } from "./_services.ts";
import { findCompose, output } from "./_tools.ts";

const folder = join(import.meta.dirname, "..", "compose");
const compose = (await findCompose()) ?? "";

interface Service {
  image: string;
  build?: { args: { SERVICE: string } };
  environment: Record<string, string>;
  ports?: { published: string; host_ip?: string }[];
  networks: Record<string, unknown>;
  healthcheck?: object;
  read_only?: boolean;
  cap_drop?: string[];
  volumes?: { source: string; target: string }[];
}

describe.skipIf(compose === "")("the compose file", () => {
  let services: Record<string, Service> = {};
  const ours = () => definitions.map((definition) => ({ definition, service: services[definition.name] }));

  beforeAll(async () => {
    const file = ["--file", join(folder, "compose.yaml"), "--env-file", join(folder, ".env.example")];
    const config = await output(compose, [...file, "config", "--format", "json"]);
    services = (JSON.parse(config) as { services: Record<string, Service> }).services;
  });

  test("is refused without secrets, by the name of what is missing", async () => {
    const bare = output(compose, ["--file", join(folder, "compose.yaml"), "--env-file", "/dev/null", "config"], { env: {} });
    await expect(bare).rejects.toThrow(/PARLANCE_\w+|MONGO_\w+|ELASTIC_\w+/);
  });

  test("runs every service from the image of its name", () => {
    for (const { definition, service } of ours()) {
      expect(service?.image).toMatch(new RegExp(`^parlance/${definition.name}:`));
      expect(service?.build?.args.SERVICE).toBe(definition.name);
    }
  });

  test("pins every image to a version", () => {
    for (const { image } of Object.values(services)) expect(image).toMatch(/:\d+\.\d+\.\d+(-\w+)?$/);
  });

  test("tells services only what they read, and what they take", () => {
    for (const { definition, service } of ours()) {
      const env = service?.environment ?? {};
      const known = new Set([...processSettings, ...Object.keys(definition.config)]);
      expect(
        Object.keys(env).filter((name) => !known.has(name)),
        definition.name,
      ).toEqual([]);
      expect(() => readProcessConfig(env), definition.name).not.toThrow();
      expect(() => parseConfig(definition.config, env), definition.name).not.toThrow();
    }
  });

  test("gives each service the addresses of those that it calls and of the stores that it uses", () => {
    for (const { definition, service } of ours()) {
      const env = service?.environment ?? {};
      const called = owners(definition);
      for (const { name } of definitions)
        expect(`PARLANCE_${name.toUpperCase()}_URL` in env, `${definition.name} → ${name}`).toBe(called.has(name));
      for (const store of ["documents", "events", "search", "blobs"] as const) {
        const isUsed = definition.ports?.includes(store) ?? true;
        expect(`PARLANCE_${store.toUpperCase()}_URL` in env, `${definition.name}: ${store}`).toBe(isUsed);
      }
    }
  });

  test("lets the services that use blobs share one volume", () => {
    const sharing = ours().filter(({ service }) =>
      service?.volumes?.some(({ source, target }) => source === "blobs" && target === "/blobs"),
    );
    const using = definitions.filter(({ ports }) => ports?.includes("blobs") ?? true);
    expect(sharing.map(({ definition }) => definition.name)).toEqual(using.map(({ name }) => name));
  });

  test("opens nothing to the outside but the edge, and that on this machine only by default", () => {
    const open = Object.entries(services).filter(([, { ports = [] }]) => ports.length > 0);
    expect(open.map(([name, { ports }]) => [name, ports?.map(({ host_ip }) => host_ip)])).toEqual([["edge", ["127.0.0.1"]]]);
    expect(Object.keys(services["gateway"]?.networks ?? {})).toEqual(["services"]);
  });

  test("runs services without rights and without a root that can be written", () => {
    for (const { service } of ours()) expect(service).toMatchObject({ read_only: true, cap_drop: ["ALL"] });
  });

  test("waits for what answers, not for what was started", () => {
    for (const name of ["edge", "mongo", "kafka", "elasticsearch"]) expect(services[name]?.healthcheck, name).toBeDefined();
    expect(readFileSync(join(folder, "..", "docker", "Dockerfile"), "utf8")).toContain("HEALTHCHECK");
  });
});

test("the example of secrets has a form that is taken, so that only the content must be replaced", () => {
  const example = parseEnv(readFileSync(join(folder, ".env.example"), "utf8"));
  for (const { config } of definitions) expect(() => parseConfig(config, example)).not.toThrow();
});
