import { AppError, changeDocument, identityOf } from "@parlance/platform";
import { systemTenant } from "@parlance/ports";
import type { AccountContext, Handler } from "../context.ts";
import { planNamed } from "../domain/plans.ts";
import { isThere, planOf } from "../domain/users.ts";
import { toPlanMessage } from "../mappers.ts";

/** An empty name returns the user to the installation's default plan. */
export function setPlan({ users, defaultPlan }: AccountContext): Handler<"setPlan"> {
  return {
    async setPlan(request, context) {
      const planName = request.planName === "" ? null : planNamed(request.planName).name;
      const id = identityOf(context).tenant;
      const user = await changeDocument(users, { tenant: systemTenant, id }, (current) =>
        !isThere(current) || current.data.planName === planName ? undefined : { data: { ...current.data, planName } },
      );
      if (!isThere(user)) throw new AppError("USER_NOT_FOUND");
      return { plan: toPlanMessage(planOf(user, defaultPlan)) };
    },
  };
}
