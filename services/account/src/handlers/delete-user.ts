import { identityOf } from "@parlance/platform";
import type { AccountContext, Handler } from "../context.ts";
import { markUserDeleted } from "../domain/users.ts";

export function deleteUser({ users, clock }: AccountContext): Handler<"deleteUser"> {
  return {
    async deleteUser(_request, context) {
      await markUserDeleted(users, identityOf(context), clock.now());
      return {};
    },
  };
}
