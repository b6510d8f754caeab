import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@parlance/platform";
import { asTenant } from "@parlance/ports";
import { until } from "@parlance/testkit";
import { expect, onTestFinished, test } from "vitest";
import { chatbotCollection } from "../src/domain/stored-chatbot.ts";
import { startChat, trainedChatbot } from "./support.ts";

test("what belonged to a deleted chatbot is erased although the event that told of it was lost", { timeout: 120_000 }, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "parlance-lost-deletion-"));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const first = await startChat({ dataDir });
  const { chatbotId, user } = await trainedChatbot(first);
  const tenant = asTenant(user);
  const stored = await first.running.ports.documents.collection(chatbotCollection).get(tenant, chatbotId);
  if (stored === undefined) throw new Error("the chatbot is not stored");
  // As markDeleted writes it, but for the event.
  await first.running.ports.documents.collection(chatbotCollection).replace(stored, { ...stored.data, state: "deleted" });
  await first.stop();

  const clock = { ...systemClock, now: () => Date.now() + 3_600_000 };
  await using second = await startChat({ dataDir, clock });
  const { documents, search } = second.running.ports;
  const chatbots = documents.collection(chatbotCollection);
  await until("the chatbot is forgotten", async () => (await chatbots.get(tenant, chatbotId)) === undefined);
  const asked = { generation: 1, terms: [], candidates: 1 };
  await until("its chunks are erased", async () => (await search.search({ tenant, chatbotId }, asked)).chunkCount === 0);
  await until("its place is free", async () => (await second.clients.account.getAccount({}, second.as(user))).chatbots === 0);
  const findings = () => Array.fromAsync(second.running.operations.examine({ repair: false }));
  await expect.poll(findings, { timeout: 20_000 }).toEqual([]);
});
