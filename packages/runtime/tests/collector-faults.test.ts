import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@parlance/platform";
import { freePorts } from "@parlance/engines";
import { Program, startCollector, startTestProcess, until, type Collector, type CollectorOptions } from "@parlance/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sample } from "./_traced-sample.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-collector-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A program of its own with the sample service, which has answered one call. */
async function answered(env: Record<string, string>) {
  const program = new Program({
    main: new URL("traced-child.ts", import.meta.url),
    env: { PARLANCE_PORT: "0", PARLANCE_RPC_PORT: "0", PARLANCE_DATA_DIR: await mkdtemp(join(folder, "data-")), ...env },
  });
  const loaded = Number(await program.says(/answered with (\d+) files/));
  return { program, loaded };
}

test("without an endpoint nothing of OpenTelemetry is loaded", async () => {
  const { program, loaded } = await answered({ OTEL_SERVICE_NAME: "unused", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" });
  expect(loaded).toBe(0);
  expect(await program.end("SIGTERM")).toBe(0);
});

test("with an endpoint a program sends what is left when it stops, under the name that the variables give it", async () => {
  await using collector = await startCollector();
  const { program, loaded } = await answered({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: "shop-chat" });
  expect(loaded).toBeGreaterThan(0);
  expect(collector.spans).toEqual([]);
  expect(await program.end("SIGTERM")).toBe(0);
  expect(collector.spans.map(({ service, kind }) => [service, kind])).toEqual([["shop-chat", "server"]]);
});

test("samples as the variables say", async () => {
  await using collector = await startCollector();
  const { program, loaded } = await answered({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER: "always_off" });
  expect(loaded).toBeGreaterThan(0);
  expect(await program.end("SIGTERM")).toBe(0);
  expect(collector.requests).toEqual([]);
});

test("a collector gets the headers that it asks for, and compressed bodies if told so", async () => {
  await using collector = await startCollector();
  await using parlance = await startTestProcess([sample], {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1",
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces`,
      OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20of-traces,x-scope=all",
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: "x-scope=traces",
      OTEL_EXPORTER_OTLP_COMPRESSION: "gzip",
    },
  });
  await parlance.clients.answering.scorePassages({}, parlance.as("user"));
  await parlance.stop();
  expect(collector.spans).toHaveLength(2);
  expect(collector.requests[0]).toMatchObject({
    authorization: "Bearer of-traces",
    "x-scope": "traces",
    "content-encoding": "gzip",
  });
});

const faults: Record<string, CollectorOptions["answer"] | "nobody"> = {
  hangs: "hang",
  "is overloaded": 503,
  refuses: 401,
  "is not there": "nobody",
};

describe.each(Object.entries(faults))("a collector that %s", (_fault, answer) => {
  async function open(): Promise<{ url: string; collector?: Collector }> {
    if (answer === "nobody") return { url: `http://127.0.0.1:${(await freePorts(1))[0]}` };
    const collector = await startCollector(answer === undefined ? {} : { answer });
    return { url: collector.url, collector };
  }

  test("delays no call and no stop, and is logged once", async () => {
    const { url, collector } = await open();
    const lines: string[] = [];
    const log = createLogger({ service: "test", pretty: false, destination: { write: (line) => void lines.push(line) } });
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_TIMEOUT: "500" };
    const parlance = await startTestProcess([sample], { env, log });
    const call = () => parlance.clients.answering.scorePassages({}, parlance.as("user"));
    await call();
    // Full batches go out at once: three of them, while the calls go on.
    const began = performance.now();
    for (let calls = 0; calls < 800; calls++) await call();
    expect((performance.now() - began) / 800).toBeLessThan(20);
    await until("it is logged", () => lines.join("").includes("traces cannot be sent"));
    const stopping = performance.now();
    await parlance.stop();
    expect(performance.now() - stopping).toBeLessThan(2_500);
    const complaints = lines.filter((line) => line.includes("traces cannot be sent"));
    expect(complaints).toHaveLength(1);
    expect(JSON.parse(complaints[0] ?? "{}")).toMatchObject({ level: 40, lost: 512 });
    await collector?.[Symbol.asyncDispose]();
  });

  test("does not hold a program that has stopped", async () => {
    const { url, collector } = await open();
    const { program } = await answered({ OTEL_EXPORTER_OTLP_ENDPOINT: url });
    const stopping = performance.now();
    expect(await program.end("SIGTERM")).toBe(0);
    expect(performance.now() - stopping).toBeLessThan(3_000);
    await collector?.[Symbol.asyncDispose]();
  });
});
