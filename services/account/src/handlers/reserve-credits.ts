import { identityOf } from "@parlance/platform";
import type { AccountContext, Handler } from "../context.ts";
import { accountOf } from "../domain/account.ts";
import { reserveCredits as reserve } from "../domain/credits.ts";
import { requireAmount, requireId } from "../requests.ts";

export function reserveCredits(service: AccountContext): Handler<"reserveCredits"> {
  return {
    async reserveCredits(request, context) {
      const { tenant } = identityOf(context);
      const answer = { id: requireId("answerId", request.answerId), credits: requireAmount("credits", request.credits) };
      const { terms } = await accountOf(service, tenant);
      const { remaining } = await service.credits.change(tenant, (data) => reserve(data, terms, answer));
      return { remainingCredits: BigInt(remaining) };
    },
  };
}
