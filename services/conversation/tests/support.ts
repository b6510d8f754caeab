import { chatbots as chatbotsProto, type conversation as proto } from "@parlance/contracts";
import { AppError, defineService, newId } from "@parlance/platform";
import { asTenant } from "@parlance/ports";
import { startTestProcess, type TestProcess, type TestProcessOptions } from "@parlance/testkit";
import { openConversations } from "../src/domain/conversations.ts";
import { conversation } from "../src/service.ts";

/** The other end of the one call this service makes: who owns which chatbot. */
function chatbotDirectory() {
  const owned = new Set<string>();
  const service = defineService({
    name: "chat",
    config: {},
    needs: [],
    create: () => ({
      routes: (router) => {
        router.service(chatbotsProto.ChatbotService, {
          lookUpChatbot: ({ chatbotId }, { requestHeader }) => {
            if (!owned.has(`${requestHeader.get("x-parlance-user")}:${chatbotId}`)) throw new AppError("CHATBOT_NOT_FOUND");
            return {};
          },
        });
      },
    }),
  });
  return { service, owned };
}

/** The service embeds nothing, so no test waits until the local model is loaded. */
const embedsNothing = { PARLANCE_EMBEDDINGS_URL: "http://127.0.0.1:9" };

export interface ConversationProcess extends TestProcess {
  /** A chatbot of the user. */
  newChatbot(user: string): string;
  /** Makes the chatbot unknown, as chat does before it announces a deletion. */
  forgetChatbot(user: string, chatbotId: string): void;
  stores: ReturnType<typeof openConversations>;
}

export async function startConversation(options: Omit<TestProcessOptions, "env"> = {}): Promise<ConversationProcess> {
  const { service, owned } = chatbotDirectory();
  const started = await startTestProcess([conversation, service], { ...options, env: embedsNothing });
  return {
    ...started,
    newChatbot: (user) => {
      const chatbotId = newId();
      owned.add(`${user}:${chatbotId}`);
      return chatbotId;
    },
    forgetChatbot: (user, chatbotId) => owned.delete(`${user}:${chatbotId}`),
    stores: openConversations(started.running.ports.documents),
  };
}

/** One user with one chatbot, and its turns. */
export function newVisitor(started: ConversationProcess, user = newId(), chatbotId = started.newChatbot(user)) {
  const client = started.clients.conversation;
  const as = started.as(user);
  const question = async (conversationId: string, { said = [], history, ...turn }: TurnInit) => ({
    chatbotId,
    conversationId,
    answerId: turn.answerId ?? newId(),
    source: turn.source ?? "api",
    append: history === undefined,
    messages: history ?? said.map((content) => ({ role: "user", content })),
    fence: turn.fence ?? (await client.beginTurn({ chatbotId, conversationId }, as)).fence,
  });
  return {
    user,
    tenant: asTenant(user),
    chatbotId,
    as,
    begin: (conversationId: string) => client.beginTurn({ chatbotId, conversationId }, as),
    /** Records a turn that begins now, unless it says otherwise. */
    record: async (conversationId: string, turn: TurnInit) => {
      const { answer, costCredits, details } = turn;
      await client.recordTurn(
        {
          ...(await question(conversationId, turn)),
          ...(answer !== undefined && { answer: { role: "assistant", content: answer, ...details } }),
          ...(costCredits !== undefined && { costCredits }),
        },
        as,
      );
    },
    /** Records what was said in a turn whose answer follows. */
    ask: async (conversationId: string, turn: TurnInit) => client.recordQuestion(await question(conversationId, turn), as),
    read: (conversationId: string) => readAll(started, { conversationId, chatbotId, user }),
  };
}

export interface TurnInit {
  said?: string[];
  answer?: string;
  /** The whole history in place of what was said. */
  history?: { role: string; content: string }[];
  answerId?: string;
  fence?: bigint;
  source?: string;
  costCredits?: number;
  details?: Partial<Pick<proto.Message, "citations" | "score" | "interrupted">>;
}

/** All messages of a conversation, as `role: content`, however many answers they take. */
export async function readAll(started: ConversationProcess, at: { conversationId: string; chatbotId: string; user: string }) {
  const lines: string[] = [];
  for (let messageToken = "", more = true; more; more = messageToken !== "") {
    const answer = await started.clients.conversation.getConversation({ ...at, messageToken }, started.as(at.user));
    lines.push(...(answer.conversation?.messages ?? []).map(({ role, content }) => `${role}: ${content}`));
    messageToken = answer.conversation?.nextMessageToken ?? "";
  }
  return lines;
}

/** Events of a topic, as they are announced. */
export async function announced(started: ConversationProcess, topic: string) {
  const events: { tenant: string; payload: Uint8Array }[] = [];
  await started.running.ports.events.subscribe({
    group: `test-${newId()}`,
    topics: [topic],
    handle: async (event) => {
      events.push(event);
    },
  });
  return events;
}
