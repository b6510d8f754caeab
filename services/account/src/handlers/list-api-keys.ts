import { identityOf } from "@parlance/platform";
import type { AccountContext, Handler } from "../context.ts";
import { toApiKeyMessage } from "../mappers.ts";

export function listApiKeys({ keys }: AccountContext): Handler<"listApiKeys"> {
  return {
    async listApiKeys(_request, context) {
      const stored = await keys.list(identityOf(context).tenant);
      return { apiKeys: stored.map(toApiKeyMessage) };
    },
  };
}
