import { identityOf } from "@parlance/platform";
import type { AccountContext, Handler } from "../context.ts";
import { leavePlace } from "../domain/chatbot-places.ts";

export function releaseChatbot({ places }: AccountContext): Handler<"releaseChatbot"> {
  return {
    async releaseChatbot(request, context) {
      await places.change(identityOf(context).tenant, (data) => leavePlace(data, request.chatbotId));
      return {};
    },
  };
}
