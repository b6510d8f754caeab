import { ConfigError } from "@parlance/platform";
import { describe, expect, test } from "vitest";
import { readTracingConfig } from "./settings.ts";

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/" };

describe("readTracingConfig", () => {
  test("finds that traces go nowhere unless an endpoint is set, whatever else stands there", () => {
    expect(readTracingConfig({})).toBeUndefined();
    expect(readTracingConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: " ", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" })).toBeUndefined();
    expect(readTracingConfig({ ...endpoint, OTEL_SDK_DISABLED: "true" })).toBeUndefined();
    expect(readTracingConfig({ ...endpoint, OTEL_TRACES_EXPORTER: "none" })).toBeUndefined();
  });

  test("adds the path of traces to the general endpoint, and takes their own as it stands", () => {
    expect(readTracingConfig(endpoint)).toEqual({
      url: "http://collector:4318/v1/traces",
      headers: {},
      timeoutMs: 10_000,
      gzip: false,
    });
    const own = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://tempo/otlp", OTEL_SERVICE_NAME: "shop" };
    expect(readTracingConfig({ ...endpoint, ...own })).toMatchObject({ url: "https://tempo/otlp", serviceName: "shop" });
    expect(readTracingConfig(own)?.url).toBe("https://tempo/otlp");
  });

  test("reads headers percent-encoded, those of traces over the general ones, and passes over what is none", () => {
    const headers = { OTEL_EXPORTER_OTLP_HEADERS: "A=1, b = x%3Dy%2Cz ,nonsense,c=%", OTEL_EXPORTER_OTLP_TRACES_HEADERS: "a=2" };
    expect(readTracingConfig({ ...endpoint, ...headers })?.headers).toEqual({ a: "2", b: "x=y,z", c: "%" });
  });

  test.each([
    ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"],
    ["OTEL_TRACES_EXPORTER", "zipkin"],
    ["OTEL_EXPORTER_OTLP_COMPRESSION", "zstd"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"],
    ["OTEL_EXPORTER_OTLP_TIMEOUT", "soon"],
  ])("refuses %s=%s by name", (name, value) => {
    expect(() => readTracingConfig({ ...endpoint, [name]: value })).toThrow(ConfigError);
    expect(() => readTracingConfig({ ...endpoint, [name]: value })).toThrow(name);
  });
});
