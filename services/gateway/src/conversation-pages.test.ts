import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { conversation } from "@parlance/contracts";
import type { Clients } from "@parlance/platform";
import { expect, test } from "vitest";
import { readConversations } from "./conversation-pages.ts";

test("a page that takes several calls has each conversation once, also when others begin meanwhile", async () => {
  const ids = Array.from({ length: 10 }, (_, number) => `c${number}`);
  let begun = 0;
  const client = {
    listConversations: async ({ offset = 0, pageSize = 0 }) => {
      const conversations = ids.slice(offset, offset + Math.min(pageSize, 4)).map((conversationId) => ({
        conversationId,
        createTime: timestampFromMs(1),
        updateTime: timestampFromMs(1),
      }));
      const total = BigInt(ids.length);
      if (begun < 2) ids.unshift(`new${begun++}`);
      return create(conversation.ListConversationsResponseSchema, { conversations, total });
    },
  } as unknown as Clients["conversation"];
  const request = { chatbotId: "b", source: "" as const, leadId: "", offset: 1, pageSize: 9 };
  const page = await readConversations(client, request, () => ({}));
  const listed = await Array.fromAsync(page.conversations, (item) => (item as { conversationId: string }).conversationId);
  expect(listed).toEqual(["c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9"]);
});
