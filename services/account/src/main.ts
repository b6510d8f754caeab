import { enableCompileCache } from "node:module";

// Before anything else is loaded, so that the second start compiles nothing.
enableCompileCache();

const { runMain } = await import("@parlance/runtime");
const { account } = await import("./service.ts");

await runMain([account]);
