import { copyFile, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { asTenant, type IndexChunk, type Scope, type SearchIndex } from "@parlance/ports";
import { openEmbeddedSearchIndex, scopeFile } from "@parlance/storage/embedded";
import type { Row } from "./report.ts";
import { median, percentile, timed } from "./statistics.ts";
import { clusteredVectors, queryVector, seededRandom, vectorAt, wordOf, zipfTexts, type Random } from "./synthetic.ts";
import { exactSearch, recallOf, type Knowledge, type Query, type Recall } from "./truth.ts";
import type { Workspace } from "./workspace.ts";

const dimension = 384;
const candidates = 100;
const vocabulary = 30_000;
const tenant = asTenant("bench");
const sizes = [1_000, 20_000, 100_000] as const;
const chatbots = 1_000;
/** Different contents among the thousand chatbots; the others are copies of their files, which the disk and the cache do not know. */
const originals = 4;

/**
 * Search in chatbots of several sizes and among many chatbots, against a look at every vector and every word in one array in
 * memory, which also tells how much of the truth was found. Invented texts go straight into the index, so nothing is embedded.
 */
export async function benchRetrieval(workspace: Workspace): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of sizes) rows.push(await oneChatbot(workspace, size));
  rows.push(await manyChatbots(workspace));
  return rows;
}

async function oneChatbot(workspace: Workspace, size: number): Promise<Row> {
  const random = seededRandom(size);
  const index = await open(workspace, await workspace.folder());
  const scope = { tenant, chatbotId: "one" };
  workspace.progress(`putting ${size} chunks`);
  const knowledge = invent(size, random);
  const { ms: putMs } = await timed(() => putAll(index, scope, knowledge));
  const asked = Array.from({ length: size > 50_000 ? 40 : 60 }, () => ({
    scope,
    knowledge,
    query: inventQuery(knowledge, random),
  }));
  workspace.progress(`searching ${size} chunks`);
  const row = await measure(index, asked, `${size.toLocaleString("en")} chunks of one chatbot`);
  await index.close();
  return {
    ...row,
    aim: { atLeast: size > 20_000 ? 0.99 : 1 },
    ours: { ...row.ours, "chunks put per second": size / (putMs / 1_000) },
  };
}

async function manyChatbots(workspace: Workspace): Promise<Row> {
  const random = seededRandom(chatbots);
  const folder = await workspace.folder();
  const known = Array.from({ length: originals }, () => invent(1_000, random));
  const scopeOf = (number: number): Scope => ({ tenant, chatbotId: `chatbot-${number}` });
  const first = await open(workspace, folder);
  for (const [number, knowledge] of known.entries()) await putAll(first, scopeOf(number), knowledge);
  await first.close();
  workspace.progress(`copying ${chatbots} chatbots`);
  for (let number = originals; number < chatbots; number++) {
    const file = scopeFile(folder, scopeOf(number));
    await mkdir(dirname(file), { recursive: true });
    await copyFile(scopeFile(folder, scopeOf(number % originals)), file);
  }
  const index = await open(workspace, folder);
  workspace.progress(`searching ${chatbots} chatbots`);
  const asked = Array.from({ length: 300 }, () => {
    const number = Math.floor(random() * chatbots);
    const knowledge = known[number % originals] ?? invent(1, random);
    return { scope: scopeOf(number), knowledge, query: inventQuery(knowledge, random) };
  });
  const row = await measure(index, asked, "1,000 chatbots of 1,000 chunks, a random one each time");
  await index.close();
  return { ...row, aim: { atLeast: 1 } };
}

async function open(workspace: Workspace, path: string): Promise<SearchIndex> {
  const index = await openEmbeddedSearchIndex({ path, dimension, model: "bench" });
  workspace.atEnd(() => index.close());
  return index;
}

interface Asked {
  scope: Scope;
  knowledge: Knowledge;
  query: Query;
}

async function measure(index: SearchIndex, asked: readonly Asked[], name: string): Promise<Row> {
  const ours: number[] = [];
  const exact: number[] = [];
  const found: Recall[] = [];
  let cpuMs = 0;
  let exactCpuMs = 0;
  // Threads, statements and caches of a process that has served before.
  for (const one of asked.slice(0, 5)) await search(index, one);
  for (const one of asked) {
    const before = process.cpuUsage();
    const searched = await timed(() => search(index, one));
    const between = process.cpuUsage();
    const looked = await timed(async () => exactSearch(one.knowledge, one.query, candidates));
    cpuMs += cpuBetween(before, between);
    exactCpuMs += cpuBetween(between, process.cpuUsage());
    ours.push(searched.ms);
    exact.push(looked.ms);
    found.push(recallOf(searched.value, looked.value));
  }
  const recall = (of: keyof Recall) => found.reduce((total, one) => total + one[of], 0) / found.length;
  return {
    benchmark: "retrieval",
    name,
    result: {
      value: Math.min(recall("nearest10"), recall("words10")),
      of: "recall at 10, the worse of vectors and words",
    },
    ours: {
      "ms at p50": median(ours),
      "ms at p95": percentile(ours, 95),
      "CPU ms each": cpuMs / asked.length,
      "of the time of the reference": median(ours) / median(exact),
      "recall at 10 of vectors": recall("nearest10"),
      "recall at 100 of vectors": recall("nearestAll"),
      "recall at 10 of words": recall("words10"),
    },
    reference: {
      name: "a look at every vector and word in memory",
      figures: { "ms at p50": median(exact), "CPU ms each": exactCpuMs / asked.length },
    },
  };
}

function search(index: SearchIndex, { scope, query }: Asked) {
  return index.search(scope, { generation: 1, vector: query.vector, terms: query.words.map((rank) => wordOf(rank)), candidates });
}

function cpuBetween(before: NodeJS.CpuUsage, after: NodeJS.CpuUsage): number {
  return (after.user - before.user + after.system - before.system) / 1_000;
}

function invent(size: number, random: Random): Knowledge {
  return {
    vectors: clusteredVectors(size, { dimension, perCluster: 50, random }),
    texts: zipfTexts(size, { words: 80, vocabulary, random }),
  };
}

/** A question in words of one chunk, near another in its vector, as legs disagree in life. */
function inventQuery({ vectors, texts }: Knowledge, random: Random): Query {
  const text = texts[Math.floor(random() * texts.length)] ?? new Uint16Array();
  const at = Math.floor(random() * (text.length - 8));
  return { vector: queryVector(vectors, random), words: [...new Set(text.subarray(at, at + 8))] };
}

async function putAll(index: SearchIndex, scope: Scope, { vectors, texts }: Knowledge): Promise<void> {
  for (let start = 0; start < texts.length; start += 1_024) {
    const chunks = texts.slice(start, start + 1_024).map((ranks, place): IndexChunk => {
      const number = start + place;
      const terms = Array.from(ranks, (rank) => wordOf(rank));
      return {
        chunkId: `chunk-${number}`,
        documentId: `document-${Math.floor(number / 20)}`,
        from: 1,
        vector: vectorAt(vectors, number),
        terms,
        payload: inventPayload(terms.join(" "), number),
      };
    });
    await index.put(scope, chunks);
  }
}

export function inventPayload(text: string, ordinal: number): IndexChunk["payload"] {
  return {
    text,
    headings: [],
    title: "Bench",
    sourceName: "bench",
    sourceType: "text",
    language: "en",
    english: true,
    revision: "1",
    start: 0,
    ordinal,
  };
}
