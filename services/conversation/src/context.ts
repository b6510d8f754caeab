import type { ServiceImpl } from "@connectrpc/connect";
import type { conversation } from "@parlance/contracts";
import type { Clients, Clock } from "@parlance/platform";
import type { ConversationStores } from "./domain/conversations.ts";
import type { TurnRecorder } from "./domain/record-turn.ts";

/** What every handler and consumer of this service works with. */
export interface ConversationContext {
  stores: ConversationStores;
  recordTurn: TurnRecorder;
  clients: Pick<Clients, "chatbots">;
  clock: Clock;
}

/** One RPC of the service. */
export type Handler<Method extends keyof ServiceImpl<typeof conversation.ConversationService>> = Pick<
  ServiceImpl<typeof conversation.ConversationService>,
  Method
>;
