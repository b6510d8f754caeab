import { identityOf } from "@parlance/platform";
import type { AccountContext, Handler } from "../context.ts";
import { accountOf } from "../domain/account.ts";
import { consumeCharacters as consume } from "../domain/training-characters.ts";
import { requireAmount, requireId } from "../requests.ts";

export function consumeCharacters(service: AccountContext): Handler<"consumeCharacters"> {
  return {
    async consumeCharacters(request, context) {
      const { tenant } = identityOf(context);
      const job = { id: requireId("jobId", request.jobId), characters: requireAmount("characters", request.characters) };
      const { terms } = await accountOf(service, tenant);
      const { remaining } = await service.characters.change(tenant, (data) => consume(data, terms, job));
      return { remainingTrainingCharacters: BigInt(remaining) };
    },
  };
}
