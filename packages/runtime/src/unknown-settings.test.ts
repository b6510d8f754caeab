import { defineService, settings } from "@parlance/platform";
import { expect, test } from "vitest";
import { unknownSettings } from "./unknown-settings.ts";

const sample = defineService({
  name: "chat",
  config: { PARLANCE_SAMPLE: settings.text().optional() },
  needs: [],
  ports: [],
  create: () => ({}),
});

test("a variable that no service reads is told, and none that somebody reads", () => {
  const env = {
    PARLANCE_PORT: "1",
    PARLANCE_SAMPLE: "a",
    PARLANCE_PROT: "2",
    PARLANCE_RPC_URL: "b",
    PARLANCE_RPC_NAME: "b",
    PARLANCE_TEST_ENGINES: "c",
    PATH: "d",
  };
  expect(unknownSettings([sample], env)).toEqual(["PARLANCE_PROT"]);
});
