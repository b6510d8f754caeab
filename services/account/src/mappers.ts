import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { account } from "@parlance/contracts";
import type { RateWindow } from "@parlance/ports";
import type { StoredKey } from "./domain/key-ring.ts";
import type { Plan, PlanName } from "./domain/plans.ts";
import { planOf, type StoredUser } from "./domain/users.ts";

const planMessages = new WeakMap<Plan, account.Plan>();

/** Every request is told its user's plan, of which there are few, so each is written down once. */
export function toPlanMessage(plan: Plan): account.Plan {
  const known = planMessages.get(plan);
  if (known !== undefined) return known;
  const message = create(account.PlanSchema, {
    ...plan,
    subscriptions: { ...plan.subscriptions },
    refreshingCredits: BigInt(plan.refreshingCredits),
    refreshingTrainingCharacters: BigInt(plan.refreshingTrainingCharacters),
    chatbotCharactersLimit: BigInt(plan.chatbotCharactersLimit),
  });
  planMessages.set(plan, message);
  return message;
}

export function toRateLimit({ passed, used, oldestLeavesMs, newestLeavesMs }: RateWindow, limit: number) {
  return {
    limit,
    remaining: Math.max(0, limit - used),
    resetSeconds: wholeSeconds(newestLeavesMs),
    retryAfterSeconds: passed ? 0 : wholeSeconds(oldestLeavesMs),
  };
}

/** A steady clock counts fractions of milliseconds, whose rounding errors would make 61 seconds of 60. */
function wholeSeconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(Math.round(milliseconds * 1_000) / 1_000_000));
}

export function toUserMessage(user: StoredUser, defaultPlan: PlanName) {
  const { email, name, createdAt } = user.data;
  return { userId: user.id, email, name, createTime: timestampFromMs(createdAt), planName: planOf(user, defaultPlan).name };
}

export function toApiKeyMessage({ data }: StoredKey) {
  return {
    apiKeyId: data.apiKeyId,
    label: data.label,
    prefix: data.prefix,
    createTime: timestampFromMs(data.createdAt),
    ...(data.revokedAt !== null && { revokeTime: timestampFromMs(data.revokedAt) }),
  };
}
