import { isId, newUuid } from "@parlance/platform";
import type { Collection, DocumentStore, Stored, Tenant } from "@parlance/ports";
import type { StoredMessage } from "./messages.ts";

/** Who answers the visitor now. */
export type Owner = "ai" | "waiting" | "human" | "closed";

export interface ConversationRecord {
  chatbotId: string;
  conversationId: string;
  /** Where it began: api, widget, iframe, … */
  source: string;
  /** Milliseconds since the epoch, as all times here. */
  createdAt: number;
  updatedAt: number;
  owner: Owner;
  /** Begins with `createdAt` and grows whenever the conversation changes hands, so that no two owners, and no two conversations under one id, share one. */
  fence: number;
  /** null: never escalated. */
  liveChatEnded: boolean | null;
  /** Names this conversation's pages; another one under the same id later has another. */
  incarnation: string;
  /** Older messages, oldest page first. */
  pages: readonly PageReference[];
  /** The newest messages, oldest first. */
  messages: readonly StoredMessage[];
  /** The last turns recorded, so that a repeated call finds its first effect. */
  turns: readonly RecordedTurn[];
  /** Answer ids of the last turns whose messages are stored and whose answer is not. Stays where a crash took the answer. */
  unanswered?: readonly string[];
  /** Answer ids of the last of those turns whose messages another turn replaced by its history, which their answers do not belong to. */
  superseded?: readonly string[];
  /** Set from its deletion until its pages are erased; then the document goes, too. Nobody sees it meanwhile. */
  deletedAt: number | null;
}

export type StoredConversation = Stored<ConversationRecord>;

export interface PageReference {
  id: string;
  /** Number of messages in it. */
  count: number;
}

interface RecordedTurn {
  answerId: string;
  /** True when the answer was dropped because a human had taken over. */
  takenOver: boolean;
}

/** Messages that became too many for the conversation's own document. Written once, never changed. */
export interface MessagePage {
  incarnation: string;
  messages: readonly StoredMessage[];
}

/** Says that a chatbot is gone, so that a turn still under way cannot leave a conversation behind. Kept for good. */
interface ErasedChatbot {
  erasedAt: number;
}

export interface ConversationStores {
  conversations: Collection<ConversationRecord>;
  pages: Collection<MessagePage>;
  erasedChatbots: Collection<ErasedChatbot>;
}

export function openConversations(documents: DocumentStore): ConversationStores {
  return {
    conversations: documents.collection<ConversationRecord>({
      name: "conversation.conversations",
      indexes: [
        { fields: ["chatbotId", "deletedAt", "createdAt"] },
        { fields: ["chatbotId", "deletedAt", "source", "createdAt"] },
        { fields: ["conversationId", "deletedAt", "updatedAt"] },
      ],
    }),
    pages: documents.collection<MessagePage>({ name: "conversation.pages", indexes: [{ fields: ["incarnation"] }] }),
    erasedChatbots: documents.collection<ErasedChatbot>({ name: "conversation.erased_chatbots" }),
  };
}

/** A chatbot id has no colon, so the key of no two conversations is the same. */
export function keyOf(chatbotId: string, conversationId: string): string {
  return `${chatbotId}:${conversationId}`;
}

/** True for 1 to 200 printable characters without a slash; any other string cannot be the id of a conversation. */
export function isConversationId(id: string): boolean {
  return conversationIdForm.test(id);
}

/** The conversation if it is there for its user: neither deleted nor of a deleted chatbot. */
export async function visibleConversation(
  { conversations, erasedChatbots }: ConversationStores,
  tenant: Tenant,
  at: { chatbotId: string; conversationId: string },
): Promise<StoredConversation | undefined> {
  if (!isId(at.chatbotId) || !isConversationId(at.conversationId)) return undefined;
  const stored = await conversations.get(tenant, keyOf(at.chatbotId, at.conversationId));
  if (stored === undefined || stored.data.deletedAt !== null) return undefined;
  return (await erasedChatbots.get(tenant, at.chatbotId)) === undefined ? stored : undefined;
}

export function newConversation(
  at: { chatbotId: string; conversationId: string; source: string },
  now: number,
): ConversationRecord {
  return {
    ...at,
    createdAt: now,
    updatedAt: now,
    owner: "ai",
    fence: now,
    liveChatEnded: null,
    incarnation: newUuid(),
    pages: [],
    messages: [],
    turns: [],
    deletedAt: null,
  };
}

/** True while the chatbot must keep silent: the visitor waits for a human, or has one. */
export function belongsToHumans({ owner }: ConversationRecord): boolean {
  return owner === "waiting" || owner === "human";
}

const conversationIdForm = /^[^\p{C}\p{Zl}\p{Zp}/]{1,200}$/u;
