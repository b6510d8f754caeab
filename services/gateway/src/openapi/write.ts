import { stringify } from "yaml";
import { openApiDocument } from "./document.ts";

/** Where the description of the API is kept. */
export const openApiFile = new URL("../../openapi.yaml", import.meta.url);

/** openapi.yaml as it must stand in the tree. */
export function openApiYaml(): string {
  const head = "# Written by `pnpm --filter @parlance/gateway openapi` from src/schemas; a test fails when the two differ.\n";
  return head + stringify(openApiDocument(), { lineWidth: 120, aliasDuplicateObjects: false });
}
