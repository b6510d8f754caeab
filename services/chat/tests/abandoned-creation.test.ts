import { systemClock, type Clock } from "@parlance/platform";
import { asTenant } from "@parlance/ports";
import { until } from "@parlance/testkit";
import { expect, test } from "vitest";
import { chatbotCollection } from "../src/domain/stored-chatbot.ts";
import { startChat } from "./support.ts";

test("the place of a chatbot whose creation was cut off is given back by a process that began soon after", async () => {
  let shift = 0;
  const clock: Clock = {
    now: () => Date.now() + shift,
    sleep: (milliseconds, signal) => systemClock.sleep(Math.min(milliseconds, 100), signal),
  };
  await using parlance = await startChat({ clock });
  const { account, chatbots } = parlance.clients;
  const { user } = await account.createUser({ email: `${crypto.randomUUID()}@example.com`, planName: "free" });
  const as = parlance.as(user?.userId ?? "");
  const { chatbotId } = await chatbots.createChatbot({ chatbotName: "The only one" }, as);
  const stored = parlance.running.ports.documents.collection(chatbotCollection);
  const created = await stored.get(asTenant(user?.userId ?? ""), chatbotId);
  if (created === undefined) throw new Error("the chatbot is not stored");
  // As a crash leaves it while its sources are being queued.
  await stored.replace(created, { ...created.data, state: "creating" });
  shift = 3_600_000;
  await until("its place is free", async () => (await account.getAccount({}, as)).chatbots === 0);
  await expect(chatbots.createChatbot({ chatbotName: "Another" }, as)).resolves.toBeDefined();
});
