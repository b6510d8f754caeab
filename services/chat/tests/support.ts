import type { CallOptions } from "@connectrpc/connect";
import { account } from "@parlance/account";
import type { answering } from "@parlance/contracts";
import { conversation } from "@parlance/conversation";
import { ingestion } from "@parlance/ingestion";
import { retrieval } from "@parlance/retrieval";
import { startTestProcess, until, type TestProcess, type TestProcessOptions } from "@parlance/testkit";
import { chat } from "../src/service.ts";

export const texts = {
  hours: "The shop on Harbour Lane is open from eight in the morning until seven in the evening, Monday to Saturday.",
  parcels: "Parcels within the country are carried by Swiftpost, arrive within two working days and cost 3.90.",
  refunds: "You may return anything within 45 days. The price is refunded five days after the goods have reached the warehouse.",
  contact: "On weekday mornings Ida is at 01584 496 021, and at any time at ida@harbour-lane.example.",
};

/** All services that an answer touches, as the product runs them. */
export function startChat(options: TestProcessOptions = {}): Promise<TestProcess> {
  return startTestProcess([account, retrieval, ingestion, conversation, chat], options);
}

export interface TestChatbot {
  chatbotId: string;
  user: string;
  as: CallOptions;
}

/** A new user's chatbot that has learned the texts above. */
export async function trainedChatbot(test: TestProcess, options: { planName?: string } = {}): Promise<TestChatbot> {
  const { clients } = test;
  const created = await clients.account.createUser({
    email: `${crypto.randomUUID()}@example.com`,
    planName: options.planName ?? "",
  });
  const user = created.user?.userId ?? "";
  const as = test.as(user);
  const { chatbotId } = await clients.chatbots.createChatbot({ chatbotName: "Shop", sources: { text: texts.hours } }, as);
  await clients.ingestion.startJob({ chatbotId, text: texts.parcels }, as);
  await clients.ingestion.startJob({ chatbotId, text: texts.refunds }, as);
  await clients.ingestion.startJob({ chatbotId, text: texts.contact }, as);
  await until(
    "the texts are learned",
    async () => (await clients.ingestion.getTrainingStatus({ chatbotId }, as)).progress === 100,
    { timeoutMs: 60_000 },
  );
  return { chatbotId, user, as };
}

export interface Answer {
  text: string;
  deltas: string[];
  started: answering.AnswerStarted | undefined;
  completed: answering.AnswerCompleted | undefined;
}

export type AskOptions = Partial<
  Pick<answering.AnswerRequest, "conversationId" | "appendMessages" | "baseModel" | "basePrompt">
> & {
  before?: { role: string; content: string }[];
  /** Come with the question. */
  files?: { name: string; type: string; url: string; content?: string }[];
};

/** Asks one question and collects the stream. */
export async function ask({ clients }: TestProcess, bot: TestChatbot, question: string, options: AskOptions = {}): Promise<Answer> {
  const { before = [], files = [], ...overrides } = options;
  const answer: Answer = { text: "", deltas: [], started: undefined, completed: undefined };
  const messages = [...before, { role: "user", content: question, files }];
  for await (const { event } of clients.answering.answer({ chatbotId: bot.chatbotId, messages, ...overrides }, bot.as)) {
    if (event.case === "started") answer.started = event.value;
    if (event.case === "delta") answer.deltas.push(event.value.text);
    if (event.case === "completed") answer.completed = event.value;
  }
  answer.text = answer.deltas.join("");
  return answer;
}

export async function stored({ clients }: TestProcess, bot: TestChatbot, conversationId: string) {
  const { conversation: found } = await clients.conversation.getConversation({ conversationId, chatbotId: bot.chatbotId }, bot.as);
  return found?.messages ?? [];
}

export async function credits({ clients }: TestProcess, bot: TestChatbot): Promise<number> {
  return Number((await clients.account.getAccount({}, bot.as)).remainingCredits);
}
