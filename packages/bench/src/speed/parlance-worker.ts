import { callOptions, createLogger } from "@parlance/platform";
import { asTenant, type IndexChunk, type Reading } from "@parlance/ports";
import { run } from "@parlance/runtime";
import { allServices } from "@parlance/standalone";
import { serve } from "./child.ts";
import { inventPayload } from "./retrieval.ts";
import { clusteredVectors, seededRandom, vectorAt, wordOf, zipfTexts, type VectorSet } from "./synthetic.ts";

/** All services in one process, as the product runs them, with doors for measuring behind the REST API. */
const key = `sk-${"B".repeat(32)}`;
const running = await run(allServices, {
  env: { ...process.env, PARLANCE_API_KEY: key },
  log: createLogger({ service: "bench", level: "warn", pretty: false }),
});
const { clients, ports } = running;
const tenant = asTenant((await clients.account.authenticate({ apiKey: key })).userId);
const recorded = new Map<Reading, string[]>();
/** Generation of each filled chatbot. */
const filled = new Map<string, number>();

serve(
  { url: running.httpAddress, key, rpcAddress: running.rpcAddress, rpcToken: running.rpcToken?.reveal() ?? "", tenant },
  {
    fill,
    parts: async ({ chatbotId, questions }: { chatbotId: string; questions: string[] }) => {
      const took: PartTimes[] = [];
      for (const question of questions) took.push(await runParts(chatbotId, question));
      return took;
    },
    record,
    embedRecorded,
    embedTimes,
  },
);

/**
 * Puts invented chunks into the index as a training would have, and gives back questions. Only those are embedded for it: each is in the words
 * of a chunk that has its vector, so that chat need not look closer before it answers.
 */
async function fill({ chatbotId, chunks, questions }: { chatbotId: string; chunks: number; questions: number }): Promise<string[]> {
  const random = seededRandom(chunks);
  const texts = zipfTexts(chunks, { words: 80, vocabulary: 30_000, random });
  const vectors = clusteredVectors(chunks, { dimension: ports.embedder.dimension, perCluster: 50, random });
  const asked = Array.from({ length: questions }, () => {
    const index = Math.floor(random() * texts.length);
    const ranks = texts[index] ?? new Uint16Array();
    const at = Math.floor(random() * (ranks.length - 8));
    return { index, question: Array.from(ranks.subarray(at, at + 8), (rank) => wordOf(rank)).join(" ") };
  });
  const embedded = await ports.embedder.embed(
    asked.map(({ question }) => question),
    { priority: "background" },
  );
  for (const [place, { index }] of asked.entries()) vectorAt(vectors, index).set(embedded[place] ?? []);
  await putAll(chatbotId, texts, vectors);
  return asked.map(({ question }) => question);
}

async function putAll(chatbotId: string, texts: readonly Uint16Array[], vectors: VectorSet): Promise<void> {
  const options = callOptions({ tenant });
  const job = { chatbotId, jobId: "bench" };
  const { generation } = await clients.retrieval.beginGeneration(job, options);
  for (let start = 0; start < texts.length; start += 512) {
    const part = texts.slice(start, start + 512).map((ranks, place): IndexChunk => {
      const number = start + place;
      const terms = Array.from(ranks, (rank) => wordOf(rank));
      return {
        chunkId: `chunk-${number}`,
        documentId: `document-${Math.floor(number / 20)}`,
        from: Number(generation),
        vector: vectorAt(vectors, number),
        terms,
        payload: inventPayload(terms.join(" "), number),
      };
    });
    await ports.search.put({ tenant, chatbotId }, part);
  }
  await clients.retrieval.activateGeneration({ ...job, generation }, options);
  filled.set(chatbotId, Number(generation));
}

interface PartTimes {
  embedMs: number;
  searchMs: number;
  modelMs: number;
}

/** What an answer is made of, called one after the other with nothing between: embed the question, search, ask the model. */
async function runParts(chatbotId: string, question: string): Promise<PartTimes> {
  const began = performance.now();
  const [vector] = await ports.embedder.embed([question], { priority: "interactive" });
  const embedded = performance.now();
  const generation = filled.get(chatbotId) ?? 0;
  const query = { generation, terms: [...new Set(question.split(" "))], candidates: 100, ...(vector && { vector }) };
  const found = await ports.search.search({ tenant, chatbotId }, query);
  const searched = performance.now();
  const passages = found.candidates.slice(0, 5).map(({ chunkId, cosine, payload }) => ({ ...payload, chunkId, cosine }));
  const request = {
    model: "gpt-4o-mini",
    temperature: 0,
    system: passages.map((passage) => passage.text).join("\n"),
    messages: [{ role: "user" as const, content: question }],
    question,
    passages,
    language: "en",
  };
  for await (const piece of ports.model.answer(request, { signal: new AbortController().signal })) void piece;
  return { embedMs: embedded - began, searchMs: searched - embedded, modelMs: performance.now() - searched };
}

/** Milliseconds that each question takes to be embedded. */
async function embedTimes({ questions }: { questions: string[] }): Promise<number[]> {
  const took: number[] = [];
  for (const question of questions) {
    const began = performance.now();
    await ports.embedder.embed([question], { priority: "interactive" });
    took.push(performance.now() - began);
  }
  return took;
}

/** From now on the texts that training embeds are kept. */
function record(): void {
  const { embedder } = ports;
  const embed = embedder.embed.bind(embedder);
  embedder.embed = (texts, options) => {
    const { priority, reading = "english" } = options;
    if (priority === "background") recorded.set(reading, [...(recorded.get(reading) ?? []), ...texts]);
    return embed(texts, options);
  };
}

/** Embeds what the last training embedded and nothing else, all that is read in one way in one call. */
async function embedRecorded(): Promise<{ texts: number; ms: number }> {
  const kinds = [...recorded];
  const began = performance.now();
  await Promise.all(kinds.map(([reading, texts]) => ports.embedder.embed(texts, { priority: "background", reading })));
  const ms = performance.now() - began;
  recorded.clear();
  return { texts: kinds.reduce((sum, [, texts]) => sum + texts.length, 0), ms };
}
