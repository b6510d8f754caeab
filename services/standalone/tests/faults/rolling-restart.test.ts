import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeEngines, startEngines, type Engines } from "@parlance/engines";
import { Cluster, readHandbook, until, type Member } from "@parlance/testkit";
import { createAuthority } from "@parlance/testkit/certificates";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Rest } from "../_rest.ts";
import { Balancer } from "./_balancer.ts";
import { Load, observe, type Ask } from "./_load.ts";

const [page] = readHandbook();
const question = page?.questions[0]?.question ?? "";
/** Longer than processes that start make an answer wait on a machine that has much to do. */
const answerTimeoutMs = 15_000;
const callTimeoutMs = 10_000;

/** What an answer may take beyond its deadline there. */
const lastWordsMs = 3_000;

describe("a cluster with two of each service, over TLS", () => {
  let folder: string;
  let engines: Engines;
  let cluster: Cluster;
  let balancer: Balancer;
  let rest: Rest;
  let ids: { asked: string; changed: string };
  let answer: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "parlance-rolling-"));
    engines = await startEngines();
    cluster = await Cluster.start({
      engines,
      folder,
      env: {
        ...(await certificates(folder)),
        PARLANCE_LOG_LEVEL: "warn",
        PARLANCE_ANSWER_TIMEOUT_MS: String(answerTimeoutMs),
        PARLANCE_QUERY_TIMEOUT_MS: String(answerTimeoutMs),
        PARLANCE_CALL_TIMEOUT_MS: String(callTimeoutMs),
        PARLANCE_REQUESTS_PER_MINUTE: "1000000",
        PARLANCE_STOP_DELAY_MS: "1000",
      },
      replicas: { account: 2, retrieval: 2, ingestion: 2, conversation: 2, chat: 2, gateway: 2 },
    });
    balancer = await Balancer.start(cluster.of("gateway").map(({ httpAddress }) => httpAddress));
    rest = new Rest(balancer.address, await cluster.key());
    ids = { asked: await train(page?.text ?? ""), changed: await train("Parcels cost four euros.") };
    const ask = () => rest.ask(ids.asked, question).catch(() => undefined);
    answer = await until("a first question is answered", ask, { timeoutMs: 60_000 });
  });
  afterAll(async () => {
    await balancer?.stop();
    await cluster?.stop();
    if (engines !== undefined) await removeEngines(engines);
    await rm(folder, { recursive: true, force: true });
  });

  async function train(sourceText: string): Promise<string> {
    const { chatbotId } = await rest.json<{ chatbotId: string }>("POST", "/create-chatbot", { chatbotName: "Rolling", sourceText });
    await until("the training has ended", async () => (await rest.progress(chatbotId)) === 100, { timeoutMs: 120_000 });
    return chatbotId;
  }

  const messages = [{ role: "user", content: question }];
  const requests = {
    plan: (api: Rest) => api.send("GET", "/current-plan"),
    chatbots: (api: Rest) => api.send("GET", "/get-chatbots"),
    conversations: (api: Rest) => api.send("GET", `/get-conversations/${ids.asked}`),
    status: (api: Rest) => api.send("GET", `/chatbot/status/${ids.asked}`),
    query: (api: Rest) => api.send("POST", `/query-knowledge-base/${ids.asked}`, { query: question, count: 3 }),
    change: (api: Rest) => api.send("POST", "/update-chatbot-settings", { chatbotId: ids.changed, rateLimitMessage: "Later" }),
    chat: (api: Rest) => api.send("POST", "/chat", { chatbotId: ids.asked, messages }),
    stream: (api: Rest) => api.send("POST", "/chat", { chatbotId: ids.asked, messages, stream: true }),
  } satisfies Record<string, Ask>;
  const { plan, chatbots, conversations, status, query, change, chat, stream } = requests;

  async function restart(member: Member, load: Load): Promise<void> {
    const seen = load.outcomes.length;
    load.during = `restart of ${member.service} ${member.replica}`;
    expect(await member.end("SIGTERM"), `${member.service} ${member.replica} ends cleanly`).toBe(0);
    await member.start();
    await until("every gateway is ready", () => balancer.readyCount === 2, { timeoutMs: 30_000 });
    await until("requests went on", () => load.outcomes.length > seen + 20, { timeoutMs: 60_000 });
  }

  it("loses no request while every process of every service is restarted in turn", async () => {
    const total = async () => (await rest.json<{ total: number }>("GET", `/get-conversations/${ids.asked}`)).total;
    const before = await total();
    const load = new Load(rest, [{ chat }, { stream }, { plan, conversations, query, status }, { chatbots, change, chat }]);
    for (const member of cluster.members) await restart(member, load);
    const all = await load.stop();
    const streams = all.filter(({ what }) => what === "stream");
    expect(all.filter((one) => one.status !== 200)).toEqual([]);
    expect(all.filter((one) => one.cut && one.what !== "stream")).toEqual([]);
    const told = all.filter(({ what, cut }) => (what === "chat" || what === "stream") && !cut).map(({ text }) => text);
    expect(new Set(told)).toEqual(new Set([answer]));
    expect(streams.filter(({ cut }) => !cut).length).toBeGreaterThan(20);
    expect((await total()) - before).toBeGreaterThanOrEqual(told.length);
    expect(new Set(all.map(({ what }) => what))).toEqual(new Set(Object.keys(requests)));
  });

  it.each(["retrieval", "chat"] as const)("costs a caller its deadline and no more when every %s hangs", async (service) => {
    const harmed = service === "retrieval" ? { chat, query } : { chat, chatbots };
    const members = cluster.of(service);
    for (const member of members) member.pause();
    try {
      const healthy = new Load(rest, [{ plan }]);
      const asked = await Promise.all(Object.entries(harmed).map(([what, ask]) => observe(rest, what, ask)));
      expect(asked.filter((one) => !isOutage(one))).toEqual([]);
      expect(asked.filter(({ elapsedMs }) => elapsedMs > answerTimeoutMs + lastWordsMs)).toEqual([]);
      const others = await healthy.stop();
      expect(others.length).toBeGreaterThan(5);
      expect(others.filter((one) => one.status !== 200 || one.elapsedMs > callTimeoutMs)).toEqual([]);
    } finally {
      for (const member of members) member.resume();
    }
    const again = async () =>
      (await Promise.all(Object.values(harmed).map((ask) => observe(rest, "again", ask)))).every(
        ({ status: code }) => code === 200,
      );
    await until("all is well again", again, { timeoutMs: 60_000 });
    expect(await rest.ask(ids.asked, question)).toBe(answer);
  });
});

/** A deadline that has passed is told as such, an outage with a time to come back. */
function isOutage({ status, retryAfter }: { status: number; retryAfter: string | null }): boolean {
  return status === 503 && retryAfter !== null;
}

/** One certificate for all, as in a deployment; callers show it, too. */
async function certificates(folder: string): Promise<Record<string, string>> {
  const authority = createAuthority();
  const { cert, key } = authority.issue({ addresses: ["127.0.0.1"] });
  const files = { CERT: cert, KEY: key, CA: authority.cert, CLIENT_CA: authority.cert };
  const settings = Object.entries(files).map(async ([name, pem]) => {
    const file = join(folder, `${name.toLowerCase()}.pem`);
    await writeFile(file, pem);
    return [`PARLANCE_RPC_TLS_${name}_FILE`, file] as const;
  });
  return Object.fromEntries(await Promise.all(settings));
}
