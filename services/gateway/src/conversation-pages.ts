import type { conversation } from "@parlance/contracts";
import type { Clients } from "@parlance/platform";
import { toConversationBody, type ListRequest } from "./mappers/conversations.ts";
import type { Call } from "./route.ts";

type Client = Clients["conversation"];
type Options = Call<unknown, unknown, unknown>["options"];

/**
 * A page of the REST contract. The service answers in parts that fit into an RPC message; they are asked for as the page is written, so
 * that no page is ever held as a whole.
 */
export async function readConversations(client: Client, request: ListRequest, options: Options) {
  const first = await client.listConversations(request, options());
  return { total: Number(first.total), conversations: remaining(client, request, { first, options }) };
}

async function* remaining(
  client: Client,
  request: ListRequest,
  { first, options }: { first: conversation.ListConversationsResponse; options: Options },
) {
  let part = first.conversations;
  let passed = 0;
  const given = new Set<string>();
  while (part.length > 0) {
    for (const item of part) {
      // One that begins meanwhile moves all others by a place, so that the next part begins with what this one ended with.
      if (given.has(item.conversationId)) continue;
      given.add(item.conversationId);
      yield toConversationBody(item, await readMessages(client, item, options));
    }
    passed += part.length;
    if (given.size >= Math.min(request.pageSize, Number(first.total) - request.offset)) return;
    const next = { ...request, offset: request.offset + passed, pageSize: request.pageSize - given.size };
    part = (await client.listConversations(next, options())).conversations;
  }
}

/** All messages of a conversation, of which the first part is there. */
export async function readMessages(
  client: Client,
  start: conversation.Conversation | undefined,
  options: Options,
): Promise<conversation.Message[]> {
  const messages = [...(start?.messages ?? [])];
  let current = start;
  while (current !== undefined && current.nextMessageToken !== "") {
    const { conversationId, chatbotId, nextMessageToken: messageToken } = current;
    current = (await client.getConversation({ conversationId, chatbotId, messageToken }, options())).conversation;
    messages.push(...(current?.messages ?? []));
  }
  return messages;
}
