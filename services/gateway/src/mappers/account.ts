import type { account } from "@parlance/contracts";

/** Contract E28. */
export function toPlanBody({ user, plan, ...left }: account.GetAccountResponse) {
  if (user === undefined || plan === undefined) throw new TypeError("a service left out the user or the plan");
  return {
    status: "success",
    email: user.email,
    name: user.name,
    plan: {
      subscriptions: plan.subscriptions,
      remainingTrainingChars: Number(left.remainingTrainingCharacters),
      refreshingTrainingChars: Number(plan.refreshingTrainingCharacters),
      remainingCredits: Number(left.remainingCredits),
      refreshingCredits: Number(plan.refreshingCredits),
      chatbots: left.chatbots,
      chatbotsLimit: plan.chatbotsLimit,
      chatbotCharactersLimit: Number(plan.chatbotCharactersLimit),
      gatherLeads: plan.gatherLeads,
      customDomain: plan.customDomain,
      api: plan.api,
      customModel: plan.customModel,
      userAnalysis: plan.userAnalysis,
      notification: plan.notification,
      gpt4: plan.gpt4,
      removeBrand: plan.removeBrand,
    },
  };
}
