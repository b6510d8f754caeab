import type { ServiceImpl } from "@connectrpc/connect";
import type { answering, chatbots } from "@parlance/contracts";
import type { Clients, Clock, Logger } from "@parlance/platform";
import type { Collection, Ports } from "@parlance/ports";
import type { SafeFetch } from "@parlance/egress";
import type { BackendLimits } from "./domain/backend.ts";
import type { QuestionReader } from "./domain/rewrite-question.ts";
import type { RefusalLimits } from "./domain/refusal.ts";
import type { StoredChatbot } from "./domain/stored-chatbot.ts";

/** What handlers and consumers of this service share. */
export interface ChatContext {
  chatbots: Collection<StoredChatbot>;
  clients: Clients;
  model: Ports["model"];
  readQuestion: QuestionReader;
  clock: Clock;
  log: Logger;
  limits: RefusalLimits;
  /** The way to custom backends. */
  safeFetch: SafeFetch;
  backendLimits: BackendLimits;
}

type Rpcs = ServiceImpl<typeof answering.AnsweringService> & ServiceImpl<typeof chatbots.ChatbotService>;

/** One RPC of the service. */
export type Handler<Method extends keyof Rpcs> = Pick<Rpcs, Method>;
