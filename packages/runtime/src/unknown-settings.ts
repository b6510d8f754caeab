import type { Env, ServiceDefinition } from "@parlance/platform";
import { processSettings } from "./process-config.ts";

/** What the command line and the tests read. */
const othersSettings = /^PARLANCE_(?:URL|RPC_URL|RPC_NAME|HELM|TEST_\w+)$/;

/**
 * Variables that are called like a setting and are none of these services' nor of a process's: misspelled, most likely, and without effect. Of a
 * process with some services alone nothing can be said, for it may have been given the settings of all.
 */
export function unknownSettings(definitions: readonly ServiceDefinition[], env: Env): string[] {
  const known = new Set([...processSettings, ...definitions.flatMap(({ config }) => Object.keys(config))]);
  return Object.keys(env).filter((name) => name.startsWith("PARLANCE_") && !known.has(name) && !othersSettings.test(name));
}
