import { AppError } from "@parlance/platform";
import { systemTenant } from "@parlance/ports";
import type { AccountContext, Handler } from "../context.ts";
import { isThere, planOf } from "../domain/users.ts";
import { toPlanMessage, toRateLimit } from "../mappers.ts";

export function authenticate({ keys, users, windows, requestsPerMinute, defaultPlan }: AccountContext): Handler<"authenticate"> {
  return {
    async authenticate(request) {
      const userId = await keys.userOf(request.apiKey);
      const user = await users.get(systemTenant, userId);
      if (!isThere(user)) throw new AppError("API_KEY_INVALID");
      const window = await windows.take(userId, requestsPerMinute);
      return { userId, plan: toPlanMessage(planOf(user, defaultPlan)), rateLimit: toRateLimit(window, requestsPerMinute) };
    },
  };
}
