import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createLogger } from "@parlance/platform";
import { expect, test } from "vitest";
import { createOtlpExporter } from "./otlp-exporter.ts";

test("a collector that says to come back after no time at all is not asked without a pause", async () => {
  let asked = 0;
  const collector = createServer((_request, response) => {
    asked += 1;
    response.writeHead(503, { "retry-after": "0" }).end();
  });
  await once(collector.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}/v1/traces`;
  const exporter = createOtlpExporter({ url, headers: {}, timeoutMs: 500, gzip: false }, createLogger({ level: "silent" }));
  await new Promise((resolve) => exporter.export([], resolve));
  collector.close();
  expect(asked).toBe(1);
});
