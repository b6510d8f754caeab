import { ConfigError } from "@parlance/platform";
import { describe, expect, test } from "vitest";
import { readKafkaAddress } from "./kafka-address.ts";

describe("readKafkaAddress", () => {
  test.each([
    ["kafka://a:9092,b:19092", { brokers: ["a:9092", "b:19092"] }],
    ["kafka://a,[::1]:9093/", { brokers: ["a:9092", "[::1]:9093"] }],
    [
      "kafka+ssl://us%40er:p%3Ass@a:9092?mechanism=plain",
      { brokers: ["a:9092"], ssl: true, sasl: { mechanism: "plain", username: "us@er", password: "p:ss" } },
    ],
    ["kafka://u:p@a:1", { brokers: ["a:1"], sasl: { mechanism: "scram-sha-256", username: "u", password: "p" } }],
  ])("reads %s", (url, expected) => {
    expect(readKafkaAddress(url)).toEqual(expected);
  });

  test.each(["kafka://", "kafka://u:secret@", "kafka://u:secret%@a", "kafka://u:secret@a?mechanism=md5", "kafka://a?secret=1"])(
    "refuses %s without repeating it",
    (url) => {
      const refusal = (() => {
        try {
          return readKafkaAddress(url);
        } catch (error) {
          return error;
        }
      })();
      expect(refusal).toBeInstanceOf(ConfigError);
      expect(String(refusal)).not.toContain("secret");
    },
  );
});
