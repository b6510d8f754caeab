import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { operations } from "@parlance/contracts";
import { removeEngines, startEngines, type Engines } from "@parlance/engines";
import { createRpcTransport, Secret } from "@parlance/platform";
import { Cluster, until } from "@parlance/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Rest } from "../_rest.ts";

const token = "the-credential-of-a-cluster-that-loses-its-index";

describe("a cluster of which somebody deletes the search index", () => {
  let folder: string;
  let engines: Engines;
  let cluster: Cluster;
  let rest: Rest;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "parlance-lost-index-"));
    engines = await startEngines();
    const env = { PARLANCE_LOG_LEVEL: "warn", PARLANCE_RPC_TOKEN: token, PARLANCE_RETRIEVAL_CACHE_ENTRIES: "1" };
    cluster = await Cluster.start({ engines, folder, env, replicas: { ingestion: 1, chat: 1 } });
    rest = new Rest(cluster.address, await cluster.key());
  });
  afterAll(async () => {
    await cluster?.stop();
    if (engines !== undefined) await removeEngines(engines);
    await rm(folder, { recursive: true, force: true });
  });

  const trained = async (sourceText: string) => {
    const { chatbotId } = await rest.json<{ chatbotId: string }>("POST", "/create-chatbot", { chatbotName: "Shop", sourceText });
    await until("the training has ended", async () => (await rest.progress(chatbotId)) === 100, { timeoutMs: 60_000 });
    return chatbotId;
  };
  const ask = (chatbotId: string, content: string) =>
    rest.send("POST", "/chat", { chatbotId, messages: [{ role: "user", content }] });

  it("says so until a doctor has had the sources indexed again, and trains on meanwhile", async () => {
    const [shop, museum] = [await trained("Parcels arrive in two days."), await trained("The museum opens at ten.")];
    const both = [shop, museum];
    const statuses = () => Promise.all(both.map(async (id) => (await ask(id, "When does it open or arrive?")).status));
    const transport = createRpcTransport({ url: cluster.of("ingestion")[0]?.rpcAddress ?? "", token: new Secret(token) });
    const doctor = createClient(operations.OperationsService, transport);
    const repair = () => Array.fromAsync(doctor.examine({ repair: true }), ({ finding }) => finding);
    // That there are chunks is noted after a training has ended: who is faster begins again.
    await until("the loss is noticed", async () => {
      await fetch(`http://127.0.0.1:${engines.get("Elasticsearch")?.port}/parlance-chunks-v1-000001`, { method: "DELETE" });
      const missed = await ask(shop, "When do parcels arrive?");
      expect([missed.status, missed.headers.get("retry-after")]).toEqual([503, expect.any(String)]);
      if ((await statuses()).every((status) => status === 503)) return true;
      await repair();
      await until("all is indexed again", async () => (await repair()).length === 0);
      return false;
    });
    const pool = await trained("The pool opens at seven.");
    expect(await rest.ask(pool, "When does the pool open?")).toContain("seven");
    expect(await statuses()).toEqual([503, 503]);

    const findings = await repair();
    expect(new Map(findings.map((finding) => [finding?.subject, finding?.mended]))).toEqual(new Map(both.map((id) => [id, true])));
    const answered = (chatbotId: string, question: string, fact: string) =>
      until("the chatbot knows again", async () => (await (await ask(chatbotId, question)).text()).includes(fact));
    await answered(shop, "When do parcels arrive?", "two days");
    await answered(museum, "When does the museum open?", "ten");
    expect(await repair()).toEqual([]);
    transport.close();
  });
});
