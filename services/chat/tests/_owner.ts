import { type answering } from "@parlance/contracts";
import type { TestProcess } from "@parlance/testkit";

type Ask = Partial<Pick<answering.AnswerRequest, "conversationId" | "source" | "stream" | "backendHops">> & {
  signal?: AbortSignal;
};

/** A user of their own, with what a test does for them. */
export async function newOwner(running: TestProcess) {
  const { clients } = running;
  const { user } = await clients.account.createUser({ email: `${crypto.randomUUID()}@example.com`, planName: "professional" });
  const options = running.as(user?.userId ?? "");
  const create = (init: { customBackend?: string; bearer?: string; model?: string }) =>
    clients.chatbots.createChatbot({ chatbotName: "Own", model: "custom-model", ...init }, options);
  /** The events of an answer, as they come. */
  const ask = (chatbotId: string, said: string | { role: string; content: string }[], { signal, ...more }: Ask = {}) => {
    const messages = typeof said === "string" ? [{ role: "user", content: said }] : said;
    return clients.answering.answer({ chatbotId, messages, ...more }, { ...options, ...(signal !== undefined && { signal }) });
  };
  return {
    options,
    clients,
    create,
    ask,
    newChatbot: async (customBackend: string, bearer?: string) =>
      (await create({ customBackend, ...(bearer !== undefined && { bearer }) })).chatbotId,
    answer: async (...asked: Parameters<typeof ask>) => collect(ask(...asked)),
    credits: async () => Number((await clients.account.getAccount({}, options)).remainingCredits),
    stored: async (chatbotId: string, conversationId: string) => {
      const found = await clients.conversation.getConversation({ chatbotId, conversationId }, options);
      return (found.conversation?.messages ?? []).map(({ role, content, interrupted }) => ({ role, content, interrupted }));
    },
  };
}

export async function collect(events: AsyncIterable<answering.AnswerResponse>) {
  const pieces: string[] = [];
  let costCredits: number | undefined;
  for await (const { event } of events) {
    if (event.case === "delta") pieces.push(event.value.text);
    if (event.case === "completed") costCredits = event.value.costCredits;
  }
  return { text: pieces.join(""), costCredits };
}
