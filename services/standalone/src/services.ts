import { account } from "@parlance/account";
import { chat } from "@parlance/chat";
import { conversation } from "@parlance/conversation";
import { gateway } from "@parlance/gateway";
import { ingestion } from "@parlance/ingestion";
import type { ServiceDefinition } from "@parlance/platform";
import { retrieval } from "@parlance/retrieval";

/** Every service, in the order in which they start: the gateway last, when all that it calls is there. */
export const allServices: readonly ServiceDefinition[] = [account, retrieval, ingestion, conversation, chat, gateway];
