import { resolve } from "node:path";
import type { ServiceDefinition, ServiceParts } from "@parlance/platform";
import type { Ports } from "@parlance/ports";
import { areAllEmbedded, embeddedSearchFolder, placesInDataFolder } from "../stores.ts";
import { groupOf } from "../consume.ts";
import type { ProcessConfig } from "../process-config.ts";
import { backUp } from "./back-up.ts";
import { examine } from "./examine.ts";
import type { Operations } from "./routes.ts";

/** Operations over the stores of a process. `parts` may still be filled; `ready` tells whether anything but these operations may use the stores. */
export function createOperations(of: {
  config: ProcessConfig;
  ports: Ports;
  parts: ReadonlyMap<ServiceDefinition, ServiceParts>;
  ready: () => boolean;
}): Operations {
  const dataDir = resolve(of.config.PARLANCE_DATA_DIR);
  const searchDir = embeddedSearchFolder(of.config);
  const ownsFiles = areAllEmbedded(of.config);
  return {
    backUp: (folder, options = {}) =>
      backUp({ ports: of.ports, dataDir, places: placesInDataFolder(of.config), folder, ...options }),
    examine: ({ repair }) => {
      const parts = [...of.parts].map(([{ name }, part]) => ({ name, part }));
      return examine({
        ports: of.ports,
        dataDir,
        searchDir: searchDir === undefined ? undefined : resolve(searchDir),
        services: parts.map(({ name, part }) => ({ name, examination: part.examination })),
        groups: parts.flatMap(({ name, part }) => (part.consumers ?? []).map(({ topic }) => groupOf(name, topic))),
        repair,
        ownsFiles,
        atRest: ownsFiles && !of.ready(),
      });
    },
  };
}
