import type { Clock } from "@parlance/platform";
import type { Collection } from "@parlance/ports";
import { periodStart } from "./billing-period.ts";
import type { CreditsTerms } from "./credits.ts";
import { hasEndlessCredits, type Plan, type PlanName } from "./plans.ts";
import type { CharactersTerms } from "./training-characters.ts";
import { planOf, userById, type StoredUser, type UserRecord } from "./users.ts";

export interface Account {
  user: StoredUser;
  plan: Plan;
  terms: CreditsTerms & CharactersTerms;
}

/** The user with the plan, and what credits and characters are measured against now. @throws AppError USER_NOT_FOUND */
export async function accountOf(
  { users, defaultPlan, clock }: { users: Collection<UserRecord>; defaultPlan: PlanName; clock: Clock },
  userId: string,
): Promise<Account> {
  const user = await userById(users, userId);
  const plan = planOf(user, defaultPlan);
  const now = clock.now();
  const { refreshingCredits, refreshingTrainingCharacters } = plan;
  return {
    user,
    plan,
    terms: {
      now,
      periodStart: periodStart(user.data.createdAt, now),
      refreshingCredits,
      refreshingTrainingCharacters,
      endless: hasEndlessCredits(plan),
    },
  };
}
