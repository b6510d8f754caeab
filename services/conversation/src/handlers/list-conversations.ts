import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { conversation as proto } from "@parlance/contracts";
import { AppError, callOptions, identityOf } from "@parlance/platform";
import type { Tenant, Where } from "@parlance/ports";
import type { ConversationContext, Handler } from "../context.ts";
import type { ConversationRecord, ConversationStores } from "../domain/conversations.ts";
import { readMessages } from "../domain/read-messages.ts";
import { toConversation } from "../mappers.ts";

const defaultPageSize = 100;
const largestPageSize = 1_000;
/** Conversations read at once; each may be 128 KiB. */
const readAtOnce = 20;
/** Room for the messages of one conversation and of all, so that an answer stays below the 4 MiB that gRPC clients take unless told otherwise. */
const conversationBytes = 1024 * 1024;
const answerBytes = 3 * conversationBytes;

export function listConversations({ stores, clients }: ConversationContext): Handler<"listConversations"> {
  return {
    async listConversations(request, context) {
      const { tenant } = identityOf(context);
      const pageSize = checkPaging(request);
      await clients.chatbots.lookUpChatbot({ chatbotId: request.chatbotId }, callOptions(context));
      // No conversation belongs to a lead: leads are not collected yet.
      if (request.leadId !== "") return {};
      const where = toWhere(request);
      const [conversations, total] = await Promise.all([
        readPage(stores, tenant, { where, offset: request.offset, pageSize }),
        stores.conversations.count(tenant, where),
      ]);
      return { conversations, total: BigInt(total) };
    },
  };
}

function checkPaging({ pageSize, offset }: proto.ListConversationsRequest): number {
  const size = pageSize === 0 ? defaultPageSize : pageSize;
  if (size < 1 || size > largestPageSize) throw new AppError("INVALID_REQUEST", { message: "pageSize must be between 1 and 1000" });
  if (offset < 0) throw new AppError("INVALID_REQUEST", { message: "offset must not be negative" });
  return size;
}

function toWhere({ chatbotId, source, createdFrom, createdTo }: proto.ListConversationsRequest): Where<ConversationRecord> {
  const range = {
    ...(createdFrom !== undefined && { gte: timestampMs(createdFrom) }),
    ...(createdTo !== undefined && { lte: timestampMs(createdTo) }),
  };
  return {
    chatbotId,
    deletedAt: null,
    ...(source !== "" && { source }),
    ...(Object.keys(range).length > 0 && { createdAt: range }),
  };
}

/** Newest first. Ends early, but never before the first, when one more conversation would make the answer too large. */
async function readPage(
  { conversations, pages }: ConversationStores,
  tenant: Tenant,
  { where, offset, pageSize }: { where: Where<ConversationRecord>; offset: number; pageSize: number },
) {
  const found: ReturnType<typeof toConversation>[] = [];
  let bytes = 0;
  for (let cursor: string | undefined; found.length < pageSize;) {
    const page = await conversations.find(tenant, {
      where,
      sort: { by: "createdAt", direction: "descending" },
      limit: Math.min(readAtOnce, pageSize - found.length),
      ...(cursor === undefined ? { offset } : { cursor }),
    });
    for (const { data } of page.items) {
      const slice = await readMessages(pages, tenant, data, { from: 0, maxBytes: conversationBytes });
      // It was deleted or rewritten since the page was read. What the document itself holds is still true.
      const shown = slice ?? { messages: [...data.messages], bytes: 0 };
      bytes += shown.bytes;
      if (bytes > answerBytes && found.length > 0) return found;
      found.push(toConversation(data, shown));
    }
    if (page.nextCursor === undefined) return found;
    cursor = page.nextCursor;
  }
  return found;
}
