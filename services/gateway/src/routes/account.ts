import type { GatewayContext } from "../context.ts";
import { toPlanBody } from "../mappers/account.ts";
import { route, type Route } from "../route.ts";
import { getCurrentPlan } from "../schemas/account.ts";

export function accountRoutes({ clients }: GatewayContext): Route[] {
  return [route(getCurrentPlan, async ({ options }) => toPlanBody(await clients.account.getAccount({}, options())))];
}
