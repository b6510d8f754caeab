import type { HandlerContext } from "@connectrpc/connect";
import type { account } from "@parlance/contracts";
import { AppError, callOptions, type Clients } from "@parlance/platform";

type Flag = "gpt4" | "customModel" | "gatherLeads" | "notification";

/** Names of features as the contract writes them. */
const featureNames: Readonly<Record<Flag, string>> = {
  gpt4: "GPT-4",
  customModel: "Custom model",
  gatherLeads: "Lead collection",
  notification: "Notifications",
};

/**
 * Checks that the user's plan includes features; asks for the plan only when there is something to check.
 * @throws AppError PLAN_FEATURE_MISSING that names the first feature missing.
 */
export async function requireFeatures(clients: Clients, context: HandlerContext, flags: readonly Flag[]): Promise<void> {
  if (flags.length === 0) return;
  const { plan } = await clients.account.getAccount({}, callOptions(context));
  const missing = flags.find((flag) => !includes(plan, flag));
  if (missing !== undefined) throw new AppError("PLAN_FEATURE_MISSING", { metadata: { feature: featureNames[missing] } });
}

function includes(plan: account.Plan | undefined, flag: Flag): boolean {
  return plan !== undefined && plan[flag];
}
