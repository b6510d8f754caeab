import { identityOf } from "@parlance/platform";
import type { AccountContext, Handler } from "../context.ts";

export function revokeApiKey({ keys, clock }: AccountContext): Handler<"revokeApiKey"> {
  return {
    async revokeApiKey(request, context) {
      await keys.revoke(identityOf(context).tenant, request.apiKeyId, clock.now());
      return {};
    },
  };
}
