import { asTenant, type Collection } from "@parlance/ports";
import { openMongoDocumentStore } from "@parlance/storage/mongo";
import { MongoClient, type Collection as RawCollection } from "mongodb";
import { workAtOnce, type Series } from "./at-once.ts";
import type { Row } from "./report.ts";
import { median, medianRatio, measurePairs } from "./statistics.ts";
import type { Workspace } from "./workspace.ts";

const pairs = 8;
const writers = 20;
const operations = 1_500;
const tenant = asTenant("bench");

interface Turn {
  title: string;
  text: string;
  at: number;
}

/** One that does its work with ids of its own, so that no two writers meet. */
type Work = (id: string) => Promise<unknown>;

/** The document store against the driver alone, both with writes that a majority has journaled. */
export async function benchDocuments(workspace: Workspace): Promise<Row[]> {
  const url = (await workspace.engine("MongoDB")).url;
  const store = await openMongoDocumentStore({ url });
  workspace.atEnd(() => store.close());
  const raw = new MongoClient(url, { writeConcern: { w: "majority", journal: true }, ignoreUndefined: true });
  workspace.atEnd(() => raw.close());
  const ours = store.collection<Turn>({ name: "bench.ours" });
  const theirs = raw.db().collection<Turn & { _id: string }>("bench.raw");
  const kinds = kindsOf(ours, theirs);
  const rows: Row[] = [];
  for (const { name, ours: work, reference } of kinds) {
    workspace.progress(name);
    for (const side of [work, reference]) await run(side);
    const measured = await measurePairs(pairs, { ours: () => run(work), reference: () => run(reference) });
    rows.push({
      benchmark: "documents",
      name: `${name} on MongoDB, ${writers} at once`,
      result: { value: medianRatio(measured, ({ rate }) => rate), of: "of the rate of the driver alone" },
      aim: { atLeast: 0.95 },
      ours: figuresOf(measured.ours),
      reference: { name: "the driver alone", figures: figuresOf(measured.reference) },
    });
  }
  return rows;
}

function kindsOf(
  ours: Collection<Turn>,
  theirs: RawCollection<Turn & { _id: string }>,
): { name: string; ours: Work; reference: Work }[] {
  const data = (): Turn => ({ title: "A turn of a conversation", text: "x".repeat(800), at: Date.now() });
  return [
    {
      name: "insert",
      ours: (id) => ours.insert(tenant, id, data()),
      reference: (id) => theirs.insertOne({ _id: id, ...data() }),
    },
    {
      name: "read by id",
      ours: (id) => ours.get(tenant, id),
      reference: (id) => theirs.findOne({ _id: id }),
    },
  ];
}

let series = 0;

function run(work: Work): Promise<Series> {
  const name = `s${series++}`;
  return workAtOnce({ operations, atOnce: writers }, (number) => work(`${name}-${number}`));
}

function figuresOf(measured: readonly Series[]) {
  return {
    "per second": median(measured.map(({ rate }) => rate)),
    "CPU µs of this process each": median(measured.map(({ cpuMicros }) => cpuMicros)),
  };
}
