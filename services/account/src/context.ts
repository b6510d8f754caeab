import type { ServiceImpl } from "@connectrpc/connect";
import type { account } from "@parlance/contracts";
import type { Clock } from "@parlance/platform";
import type { Collection, RateWindows } from "@parlance/ports";
import type { ChatbotPlaces } from "./domain/chatbot-places.ts";
import type { Credits } from "./domain/credits.ts";
import type { KeyRing } from "./domain/key-ring.ts";
import type { Ledger } from "./domain/ledger.ts";
import type { PlanName } from "./domain/plans.ts";
import type { TrainingCharacters } from "./domain/training-characters.ts";
import type { UserRecord } from "./domain/users.ts";

/** What every handler of this service works with. */
export interface AccountContext {
  users: Collection<UserRecord>;
  keys: KeyRing;
  credits: Ledger<Credits>;
  characters: Ledger<TrainingCharacters>;
  places: Ledger<ChatbotPlaces>;
  /** Requests of each user. */
  windows: RateWindows;
  requestsPerMinute: number;
  defaultPlan: PlanName;
  clock: Clock;
}

/** One RPC of the service. */
export type Handler<Method extends keyof ServiceImpl<typeof account.AccountService>> = Pick<
  ServiceImpl<typeof account.AccountService>,
  Method
>;
