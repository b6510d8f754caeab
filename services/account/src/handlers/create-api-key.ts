import { identityOf } from "@parlance/platform";
import type { AccountContext, Handler } from "../context.ts";
import { makeKey } from "../domain/api-keys.ts";
import { userById } from "../domain/users.ts";
import { toApiKeyMessage } from "../mappers.ts";
import { requireShort } from "../requests.ts";

const longestLabel = 100;

export function createApiKey({ users, keys, clock }: AccountContext): Handler<"createApiKey"> {
  return {
    async createApiKey(request, context) {
      const { id } = await userById(users, identityOf(context).tenant);
      const key = request.key === "" ? makeKey() : request.key;
      const label = requireShort("label", request.label, longestLabel);
      return { apiKey: toApiKeyMessage(await keys.add(id, { key, label }, clock.now())), key };
    },
  };
}
