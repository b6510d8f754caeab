import { AppError } from "@parlance/platform";

export const planNames = ["free", "entry", "standard", "professional", "self-hosted"] as const;
export type PlanName = (typeof planNames)[number];

/** What a user may use. Credits and characters are per billing period, chatbot characters per chatbot. */
export interface Plan {
  name: PlanName;
  /** Subscription name to quantity. */
  subscriptions: Readonly<Record<string, number>>;
  refreshingCredits: number;
  refreshingTrainingCharacters: number;
  chatbotsLimit: number;
  chatbotCharactersLimit: number;
  gatherLeads: boolean;
  customDomain: boolean;
  api: boolean;
  customModel: boolean;
  userAnalysis: boolean;
  notification: boolean;
  gpt4: boolean;
  removeBrand: boolean;
  webhooks: boolean;
  liveChat: boolean;
}

const paid = {
  gatherLeads: true,
  customDomain: false,
  api: true,
  customModel: true,
  userAnalysis: true,
  notification: true,
  gpt4: true,
  removeBrand: false,
  webhooks: false,
  liveChat: false,
} as const;

/**
 * From the contract: every figure and flag of `standard` (E28), `customModel` on free (section 5), webhooks and live chat from
 * `standard` on (6.1, 7.4), no subscriptions on free (E28). The other figures are ours: each paid plan gives four to five times
 * what the one below it gives.
 */
export const plans: Readonly<Record<PlanName, Plan>> = {
  free: {
    ...paid,
    name: "free",
    subscriptions: {},
    refreshingCredits: 50,
    refreshingTrainingCharacters: 1_000_000,
    chatbotsLimit: 1,
    chatbotCharactersLimit: 500_000,
    gatherLeads: false,
    api: false,
    userAnalysis: false,
    notification: false,
    gpt4: false,
  },
  entry: {
    ...paid,
    name: "entry",
    subscriptions: { entry: 1 },
    refreshingCredits: 2_000,
    refreshingTrainingCharacters: 22_000_000,
    chatbotsLimit: 2,
    chatbotCharactersLimit: 5_500_000,
  },
  standard: {
    ...paid,
    name: "standard",
    subscriptions: { standard: 1 },
    refreshingCredits: 10_000,
    refreshingTrainingCharacters: 110_000_000,
    chatbotsLimit: 5,
    chatbotCharactersLimit: 11_000_000,
    customDomain: true,
    webhooks: true,
    liveChat: true,
  },
  professional: {
    ...paid,
    name: "professional",
    subscriptions: { professional: 1 },
    refreshingCredits: 50_000,
    refreshingTrainingCharacters: 440_000_000,
    chatbotsLimit: 20,
    chatbotCharactersLimit: 22_000_000,
    customDomain: true,
    removeBrand: true,
    webhooks: true,
    liveChat: true,
  },
  // Limits nothing: figures that no installation reaches and every client can show.
  "self-hosted": {
    ...paid,
    name: "self-hosted",
    subscriptions: {},
    refreshingCredits: 1_000_000_000,
    refreshingTrainingCharacters: 1_000_000_000_000,
    chatbotsLimit: 1_000_000,
    chatbotCharactersLimit: 1_000_000_000_000,
    customDomain: true,
    removeBrand: true,
    webhooks: true,
    liveChat: true,
  },
};

/** True for a plan whose credits cannot run out, so that nothing has to be set aside before an answer. */
export function hasEndlessCredits(plan: Plan): boolean {
  return plan.name === "self-hosted";
}

/** @throws AppError PLAN_UNKNOWN */
export function planNamed(name: string): Plan {
  const known = planNames.find((candidate) => candidate === name);
  if (known === undefined)
    // The name is left out: it may be longer than what a gRPC client takes as a message.
    throw new AppError("PLAN_UNKNOWN", { message: `There is no plan of this name: plans are ${planNames.join(", ")}` });
  return plans[known];
}
