import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { StoredKey } from "./domain/key-ring.ts";
import type { Plan, PlanName } from "./domain/plans.ts";
import { planOf, type StoredUser } from "./domain/users.ts";

export function toPlanMessage(plan: Plan) {
  return {
    ...plan,
    subscriptions: { ...plan.subscriptions },
    refreshingCredits: BigInt(plan.refreshingCredits),
    refreshingTrainingCharacters: BigInt(plan.refreshingTrainingCharacters),
    chatbotCharactersLimit: BigInt(plan.chatbotCharactersLimit),
  };
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
