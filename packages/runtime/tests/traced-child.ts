import { createRequire } from "node:module";
import { answering } from "@parlance/contracts";
import { asTenant } from "@parlance/ports";
import { callOptions, createClients, createRpcTransport, defineService } from "@parlance/platform";
import { runMain } from "../src/index.ts";

/** Needs no store, so that nothing but the tracing makes one start or stop differ from another. */
const answerer = defineService({
  name: "chat",
  config: {},
  needs: [],
  ports: [],
  create: () => ({ routes: (router) => router.service(answering.AnsweringService, { scorePassages: () => ({}) }) }),
});

/** Answers one call as a whole program does, and tells what of OpenTelemetry was loaded for it. */
await runMain([answerer], {
  started: async ({ rpcAddress, rpcToken }) => {
    const transport = createRpcTransport({ url: rpcAddress, token: rpcToken });
    await createClients(() => transport).answering.scorePassages({}, callOptions({ tenant: asTenant("user") }));
    transport.close();
    const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes("@opentelemetry"));
    process.stdout.write(`answered with ${loaded.length} files of OpenTelemetry\n`);
  },
});
