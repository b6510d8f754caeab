import { identityOf } from "@parlance/platform";
import type { AccountContext, Handler } from "../context.ts";
import { accountOf } from "../domain/account.ts";
import { takePlace } from "../domain/chatbot-places.ts";
import { requireId } from "../requests.ts";

export function reserveChatbot(service: AccountContext): Handler<"reserveChatbot"> {
  return {
    async reserveChatbot(request, context) {
      const { tenant } = identityOf(context);
      const chatbotId = requireId("chatbotId", request.chatbotId);
      const { plan } = await accountOf(service, tenant);
      await service.places.change(tenant, (data) => takePlace(data, chatbotId, plan.chatbotsLimit));
      return {};
    },
  };
}
