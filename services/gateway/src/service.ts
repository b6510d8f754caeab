import { defineService } from "@parlance/platform";
import { createApp } from "./app.ts";
import { gatewayConfig } from "./config.ts";
import { createHttpServer } from "./http/server.ts";

/** The edge: it authenticates, limits, validates and maps, and holds no business rule. */
export const gateway = defineService({
  name: "gateway",
  config: gatewayConfig,
  needs: ["account", "answering", "chatbots", "conversation", "ingestion"],
  ports: [],
  create: ({ config, clients, log, tracer, ready }) => {
    const server = createHttpServer(config, createApp({ config, clients, log, tracer, ready }), ready);
    return { start: server.listen, drain: server.drain, stop: server.close, httpAddress: server.address };
  },
});
