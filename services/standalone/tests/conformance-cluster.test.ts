import { enginesOfRun } from "@parlance/testkit";
import { describe } from "vitest";
import { describeParlance } from "./_conformance.ts";
import { openCluster } from "./_installation.ts";

const engines = enginesOfRun();
if (engines === undefined) console.warn("Parlance as a cluster left out: it needs MongoDB, Elasticsearch and Kafka");

describe.skipIf(engines === undefined)("with real servers", () => {
  describeParlance("as a cluster", (folder) => openCluster(folder, engines ?? new Map()));
});
