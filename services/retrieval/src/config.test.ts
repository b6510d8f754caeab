import { parseConfig } from "@parlance/platform";
import { expect, test } from "vitest";
import { retrievalConfig } from "./config.ts";

test.each([
  ["PARLANCE_RETRIEVAL_CONCURRENCY", "expected a whole number from 1 to 64"],
  ["PARLANCE_RETRIEVAL_CACHE_ENTRIES", "expected a whole number from 0 to 100000"],
])("%s takes a number written in digits alone, as every other setting does", (name, expected) => {
  expect(parseConfig(retrievalConfig, { [name]: "12" })).toMatchObject({ [name]: 12 });
  for (const written of ["0x10", "1e1", "1.5", "many"]) {
    expect(() => parseConfig(retrievalConfig, { [name]: written })).toThrow(`${name}: ${expected}`);
  }
});
