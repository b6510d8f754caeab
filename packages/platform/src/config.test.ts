import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { ConfigError, parseConfig, Secret, settings } from "./index.ts";

describe("parseConfig", () => {
  test("reads values by full variable name, trims them, and takes an empty one for absent", () => {
    const shape = {
      A_PORT: settings.port().default(3000),
      A_HOST: settings.text().default("127.0.0.1"),
      A_WAIT: settings.milliseconds(),
    };
    expect(parseConfig(shape, { A_PORT: "", A_HOST: " example.org ", A_WAIT: "250", OTHER: "x" })).toEqual({
      A_PORT: 3000,
      A_HOST: "example.org",
      A_WAIT: 250,
    });
  });

  test("freezes all of the result", () => {
    const config = parseConfig({ A_LIST: settings.list() }, { A_LIST: "a, b,," });
    expect(config.A_LIST).toEqual(["a", "b"]);
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.A_LIST)).toBe(true);
  });

  test("lists every fault with its variable and what is expected, and repeats no value", () => {
    const shape = {
      A_PORT: settings.port(),
      A_URL: settings.url("mongodb", "embedded"),
      A_KEY: settings.secrets({ minLength: 8 }),
      A_MISSING: settings.wholeNumber({ max: 5 }),
      A_GOOD: settings.flag(),
    };
    const error = faultsOf(() => parseConfig(shape, { A_PORT: "99999", A_URL: "ftp://x", A_KEY: "hunter2", A_GOOD: "yes" }));
    expect(error.faults).toEqual([
      "A_PORT: expected a whole number from 0 to 65535",
      "A_URL: expected an address such as mongodb:… or embedded:…",
      "A_KEY: expected a secret of at least 8 characters, or several separated by commas",
      "A_MISSING is not set: expected a whole number from 0 to 5",
    ]);
    for (const fault of error.faults) expect(error.message).toContain(fault);
    expect(error.message).not.toContain("hunter2");
  });

  test.each([
    ["port", settings.port(), "3000", 3000],
    ["wholeNumber", settings.wholeNumber({ min: -5 }), "-5", -5],
    ["fraction", settings.fraction(), ".25", 0.25],
    ["flag", settings.flag(), "OFF", false],
    ["oneOf", settings.oneOf("debug", "info"), "debug", "debug"],
    ["url", settings.url("embedded"), "embedded:./data", "embedded:./data"],
    ["url", settings.url("embedded"), "Embedded:./Data", "embedded:./Data"],
    ["url", settings.url("mongodb"), "mongodb://u:p@a:1,b:2/db?x=y,z", "mongodb://u:p@a:1,b:2/db?x=y,z"],
    ["url", settings.url("kafka"), "kafka://a:9092,b:9092,[::1]:9092", "kafka://a:9092,b:9092,[::1]:9092"],
    ["urls", settings.urls("http"), "http://a:1, http://b:2", ["http://a:1", "http://b:2"]],
    ["cidrs", settings.cidrs(), "10.0.0.0/8, fc00::/7,192.0.2.1", ["10.0.0.0/8", "fc00::/7", "192.0.2.1"]],
    ["ports", settings.ports(), "25, 8025", [25, 8025]],
    ["bytes", settings.bytes(), "1024", 1024],
  ])("%s takes %#", (_name, schema, given, expected) => {
    expect(parseConfig({ A: schema }, { A: given }).A).toEqual(expected);
  });

  test.each([
    ["port", settings.port(), ["-1", "65536", "80.5", "1e3", "0x50", "http"]],
    ["milliseconds", settings.milliseconds(), ["0", "5s", "-3", "86400001"]],
    ["fraction", settings.fraction(), ["1.1", "-0.1", "half", "1e-3"]],
    ["flag", settings.flag(), ["maybe", "2", "constructor"]],
    ["oneOf", settings.oneOf("debug", "info"), ["Debug", "trace"]],
    ["url", settings.url("mongodb"), ["mongo", "https://x", "mongodb"]],
    ["url", settings.url("kafka"), ["kafka://a:x,b", "kafka:// a,b"]],
    ["urls", settings.urls("http"), [",", "http://a,ftp://b", "a,b"]],
    ["secrets", settings.secrets({ minLength: 4 }), ["old", "long,old", ","]],
    ["ports", settings.ports(), ["0", "80;443", "65536", "http"]],
    ["cidrs", settings.cidrs(), ["10.0.0.0/33", "fc00::/129", "10.0.0/8", "10.0.0.0/8/8", "localhost", "10.0.0.0/"]],
  ])("%s refuses what it is not", (_name, schema, values) => {
    for (const value of values) expect(faultsOf(() => parseConfig({ A: schema }, { A: value })).faults).toHaveLength(1);
  });
});

describe("Secret", () => {
  test("gives its value only when asked", () => {
    const { KEY } = parseConfig({ KEY: settings.secret() }, { KEY: "hunter2" });
    expect(KEY).toBeInstanceOf(Secret);
    expect(KEY.reveal()).toBe("hunter2");
    for (const seen of [
      String(KEY),
      JSON.stringify({ KEY }),
      inspect({ KEY }, { depth: 9, showHidden: true }),
      String(Object.values(KEY)),
    ]) {
      expect(seen).not.toContain("hunter2");
    }
    expect(String(KEY)).toBe("***");
    expect(JSON.stringify({ KEY })).toBe('{"KEY":"***"}');
  });
});

function faultsOf(parse: () => unknown): ConfigError {
  try {
    parse();
  } catch (error) {
    if (error instanceof ConfigError) return error;
  }
  throw new Error("no fault was found");
}
