import type { Child } from "./child.ts";
import { generateLoad, type LoadOptions } from "./load.ts";
import type { Row } from "./report.ts";
import { median, medianRatio, measurePairs } from "./statistics.ts";
import type { Workspace } from "./workspace.ts";

const connections = 16;
const pairs = 5;
const sliceMs = 1_500;

/** The gateway's authenticated and validated POST to a service method against a bare express that echoes the same JSON. */
export async function benchGateway(workspace: Workspace): Promise<Row[]> {
  const model = await workspace.model();
  const embeddings = { PARLANCE_EMBEDDINGS_URL: model.baseUrl, PARLANCE_EMBEDDINGS_DIMENSION: "64" };
  const { child, rest } = await workspace.parlance(embeddings);
  const [echo, least] = await Promise.all([workspace.echo(), workspace.leastGateway()]);
  const chatbotIds = await Promise.all(Array.from({ length: connections }, () => rest.createChatbot()));
  for (const chatbotId of chatbotIds) await rest.trained(chatbotId);
  const headers = { authorization: `Bearer ${rest.key}` };
  const base = `${rest.url}/api/v2`;
  const question = { messages: [{ role: "user", content: "How long does a parcel to the islands take?" }] };
  const settings = { basePrompt: "You are friendly.", temperature: 0.5, visibility: "private" };
  const alone = await workspace.gateway(embeddings);
  const rows: Row[] = [];
  for (const { path, body, what, aim, target, least: smallest } of [
    {
      path: "/get-confidence-score",
      body: question,
      what: "calls a method whose answer is ready",
      aim: { atLeast: 0.9 },
      target: alone,
      least,
    },
    { path: "/get-confidence-score", body: question, what: "reads through account, chat and retrieval", target: { child, base } },
    { path: "/update-chatbot-settings", body: settings, what: "ends in a durable write", target: { child, base } },
  ]) {
    workspace.progress(`POST ${path}`);
    const bodies = chatbotIds.map((chatbotId) => ({ chatbotId, ...body }));
    const ours = { child: target.child, load: { url: target.base + path, headers, bodies, connections, durationMs: sliceMs } };
    const reference = { child: echo.child, load: { url: echo.url, headers, bodies, connections, durationMs: sliceMs } };
    const bare = smallest && { child: smallest.child, load: { ...reference.load, url: smallest.url } };
    for (const side of [ours, reference, ...(bare ? [bare] : [])]) await warmUp(side);
    const measured = await measurePairs(pairs, {
      ours: () => slice(ours),
      reference: () => slice(reference),
      ...(bare && { least: () => slice(bare) }),
    });
    const rateOf = ({ rate }: Slice) => rate;
    rows.push({
      benchmark: "gateway",
      name: `POST ${path}, which ${what}; ${connections} connections`,
      result: { value: medianRatio(measured, rateOf), of: "of the rate of an express echo" },
      ...(aim !== undefined && { aim }),
      ours: figuresOf(measured.ours),
      reference: { name: "bare express echo of the same body", figures: figuresOf(measured.reference) },
      ...(bare && {
        least: {
          name: "express with a key in a Map and a schema, calling nobody",
          value: medianRatio({ ...measured, ours: measured.least }, rateOf),
        },
      }),
    });
  }
  return rows;
}

/** Code is compiled for good after some thousands of requests, which take long on a busy machine. */
async function warmUp(side: Parameters<typeof slice>[0]): Promise<void> {
  const until = performance.now() + 20_000;
  for (let requests = 0; requests < 8_000 && performance.now() < until;) requests += (await generateLoad(side.load)).requests;
}

interface Slice {
  rate: number;
  cpuMicros: number;
}

async function slice({ child, load }: { child: Child; load: LoadOptions }): Promise<Slice> {
  const before = child.cpuMs;
  const { rate, requests } = await generateLoad(load);
  return { rate, cpuMicros: ((child.cpuMs - before) * 1_000) / requests };
}

function figuresOf(slices: readonly Slice[]) {
  return { "per second": median(slices.map(({ rate }) => rate)), "CPU µs each": median(slices.map(({ cpuMicros }) => cpuMicros)) };
}
