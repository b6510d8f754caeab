import { identityOf } from "@parlance/platform";
import type { AccountContext, Handler } from "../context.ts";
import { accountOf } from "../domain/account.ts";
import { remainingCredits } from "../domain/credits.ts";
import { remainingCharacters } from "../domain/training-characters.ts";
import { toPlanMessage, toUserMessage } from "../mappers.ts";

export function getAccount(service: AccountContext): Handler<"getAccount"> {
  const { credits, characters, places } = service;
  return {
    async getAccount(_request, context) {
      const { tenant } = identityOf(context);
      const { user, plan, terms } = await accountOf(service, tenant);
      const [spending, training, { chatbotIds }] = await Promise.all([
        credits.read(tenant),
        characters.read(tenant),
        places.read(tenant),
      ]);
      return {
        user: toUserMessage(user, service.defaultPlan),
        plan: toPlanMessage(plan),
        remainingCredits: BigInt(remainingCredits(spending, terms)),
        remainingTrainingCharacters: BigInt(remainingCharacters(training, terms)),
        chatbots: chatbotIds.length,
      };
    },
  };
}
