import type { AccountContext, Handler } from "../context.ts";
import { planNamed } from "../domain/plans.ts";
import { addUser } from "../domain/users.ts";
import { toUserMessage } from "../mappers.ts";
import { requireShort } from "../requests.ts";

const longestName = 200;

export function createUser({ users, defaultPlan, clock }: AccountContext): Handler<"createUser"> {
  return {
    async createUser(request) {
      const wanted = {
        email: request.email,
        name: requireShort("name", request.name, longestName),
        planName: request.planName === "" ? null : planNamed(request.planName).name,
        ...(request.userId !== "" && { id: request.userId }),
      };
      return { user: toUserMessage(await addUser(users, wanted, clock.now()), defaultPlan) };
    },
  };
}
