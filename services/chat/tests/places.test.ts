import type { TestProcess } from "@parlance/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startChat } from "./support.ts";

let parlance: TestProcess;
beforeAll(async () => {
  parlance = await startChat();
});
afterAll(() => parlance.stop());

/** A user whose plan has room for one chatbot. */
async function freeUser() {
  const { user } = await parlance.clients.account.createUser({ email: `${crypto.randomUUID()}@example.com`, planName: "free" });
  return parlance.as(user?.userId ?? "");
}

test("the place of a deleted chatbot is free when its owner hears of the deletion", async () => {
  const as = await freeUser();
  const { chatbots, account } = parlance.clients;
  for (let times = 0; times < 5; times++) {
    const { chatbotId } = await chatbots.createChatbot({ chatbotName: "The only one" }, as);
    await expect(chatbots.createChatbot({ chatbotName: "One too many" }, as)).rejects.toMatchObject({ code: 8 });
    await chatbots.deleteChatbot({ chatbotId }, as);
    expect((await account.getAccount({}, as)).chatbots).toBe(0);
  }
});

test("a chatbot whose text is more than the plan allows takes no place", async () => {
  const as = await freeUser();
  const { chatbots } = parlance.clients;
  const create = (text: string) => chatbots.createChatbot({ chatbotName: "Shop", sources: { text } }, as);
  await expect(create("More than the plan allows. ".repeat(20_000))).rejects.toMatchObject({ code: 8 });
  await expect(create("Open from nine to five.")).resolves.toMatchObject({ chatbotId: expect.stringMatching(/./) });
});

test("an owner of more than a thousand chatbots sees them all", async () => {
  const { user } = await parlance.clients.account.createUser({ email: `${crypto.randomUUID()}@example.com` });
  const as = parlance.as(user?.userId ?? "");
  const { chatbots } = parlance.clients;
  const made = (
    await Promise.all(Array.from({ length: 1_001 }, () => chatbots.createChatbot({ chatbotName: "One of many" }, as)))
  ).map(({ chatbotId }) => chatbotId);
  const listed = (await chatbots.listChatbots({}, as)).chatbots;
  expect(new Set(listed.map(({ chatbotId }) => chatbotId))).toEqual(new Set(made));
});
