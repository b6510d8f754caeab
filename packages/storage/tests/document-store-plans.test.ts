import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { asTenant, type Query } from "@parlance/ports";
import { expect, it, onTestFinished } from "vitest";
import { planCollection } from "../src/documents/collection-plan.ts";
import { planQuery } from "../src/documents/query-plan.ts";
import { selectPage } from "../src/embedded/document-store-sql.ts";
import { openEmbeddedDocumentStore } from "../src/embedded/index.ts";

interface Thing {
  group: string;
  rank: number;
  name: string;
}

const spec = {
  name: "suite.plans",
  indexes: [{ fields: ["group", "rank"] as const }, { fields: ["name"] as const, unique: true }],
};
const tenant = asTenant("tenant");

it.each<[string, Query<Thing>, RegExp]>([
  ["by id", { limit: 9 }, /USING INDEX sqlite_autoindex_suite\.plans_1 \(tenant=\?\)$/],
  [
    "by equality",
    { where: { group: "g" }, limit: 9, sort: { by: "rank", direction: "descending" } },
    /INDEX find .*\(tenant=\? AND <expr>=\?\)$/,
  ],
  [
    "by range",
    { where: { group: "g", rank: { gt: 3 } }, limit: 9, sort: { by: "rank", direction: "ascending" } },
    /\(tenant=\? AND <expr>=\? AND <expr>>\? AND <expr><\?\)$/,
  ],
  ["through a unique index", { where: { name: "n" }, limit: 1 }, /INDEX find suite\.plans\(name\) \(tenant=\? AND <expr>=\?\)$/],
])("serves a find %s from its index, also on later pages, and sorts nothing", async (_name, query, expected) => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-plans-"));
  const path = join(folder, "documents.db");
  const store = await openEmbeddedDocumentStore({ path });
  store.collection<Thing>(spec);
  const db = new DatabaseSync(path, { readOnly: true });
  onTestFinished(async () => {
    db.close();
    await store.close();
    await rm(folder, { recursive: true });
  });
  const plan = planCollection<Thing>(spec);
  const first = planQuery(plan, tenant, query);
  const cursor = first.cursorAfter({ tenant, id: "x", version: 1, data: { group: "g", rank: 5, name: "n" } });
  const details: string[] = [];
  for (const page of [first, planQuery(plan, tenant, { ...query, cursor })]) {
    const { text, parameters } = selectPage('"suite.plans"', page);
    const steps = db.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...parameters);
    // A second step would be a sort.
    expect(steps).toHaveLength(1);
    details.push(String(steps[0]?.["detail"]));
  }
  expect(details[0]).toMatch(expected);
  expect(details[1]).toMatch(/USING INDEX/);
});
