import { enableCompileCache } from "node:module";

// Before anything else is loaded, so that the second start compiles nothing.
enableCompileCache();

const { runMain } = await import("@parlance/runtime");
const { allServices } = await import("./services.ts");
const { greet } = await import("./greet.ts");

await runMain(allServices, {
  started: ({ httpAddress, rpcAddress, dataDir }) => greet({ address: httpAddress ?? rpcAddress, dataDir, env: process.env }),
});
