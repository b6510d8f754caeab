import { join } from "node:path";
import { account as proto } from "@parlance/contracts";
import { defineService, type Clock } from "@parlance/platform";
import type { DocumentStore } from "@parlance/ports";
import { accountConfig, type AccountConfig } from "./config.ts";
import { eraseUser } from "./consumers/erase-user.ts";
import { freePlace } from "./consumers/free-place.ts";
import type { AccountContext } from "./context.ts";
import { noPlaces } from "./domain/chatbot-places.ts";
import { noCredits } from "./domain/credits.ts";
import { ensureFirstUser } from "./domain/first-user.ts";
import { openKeyRing } from "./domain/key-ring.ts";
import { createLedger } from "./domain/ledger.ts";
import { noCharacters } from "./domain/training-characters.ts";
import { openUsers } from "./domain/users.ts";
import { authenticate } from "./handlers/authenticate.ts";
import { consumeCharacters } from "./handlers/consume-characters.ts";
import { createApiKey } from "./handlers/create-api-key.ts";
import { createUser } from "./handlers/create-user.ts";
import { deleteUser } from "./handlers/delete-user.ts";
import { getAccount } from "./handlers/get-account.ts";
import { listApiKeys } from "./handlers/list-api-keys.ts";
import { listUsers } from "./handlers/list-users.ts";
import { releaseChatbot } from "./handlers/release-chatbot.ts";
import { reserveChatbot } from "./handlers/reserve-chatbot.ts";
import { reserveCredits } from "./handlers/reserve-credits.ts";
import { revokeApiKey } from "./handlers/revoke-api-key.ts";
import { setPlan } from "./handlers/set-plan.ts";
import { settleCredits } from "./handlers/settle-credits.ts";

/** Owns users, API keys, plans, credits and quotas; decides who may do what, and whether it is paid for. */
export const account = defineService({
  name: "account",
  config: accountConfig,
  needs: [],
  ports: ["documents", "events"],
  create: ({ config, ports, log, clock }) => {
    const context = createContext(config, ports.documents, clock);
    return {
      routes: (router) => {
        router.service(proto.AccountService, {
          ...authenticate(context),
          ...createUser(context),
          ...listUsers(context),
          ...deleteUser(context),
          ...createApiKey(context),
          ...listApiKeys(context),
          ...revokeApiKey(context),
          ...getAccount(context),
          ...setPlan(context),
          ...reserveChatbot(context),
          ...releaseChatbot(context),
          ...consumeCharacters(context),
          ...reserveCredits(context),
          ...settleCredits(context),
        });
      },
      consumers: [freePlace(context), eraseUser(context)],
      start: () =>
        ensureFirstUser({
          users: context.users,
          keys: context.keys,
          log,
          now: clock.now(),
          givenKey: config.PARLANCE_API_KEY?.reveal(),
          keyFile: join(config.PARLANCE_DATA_DIR, "api-key"),
        }),
    };
  },
});

function createContext(config: AccountConfig, documents: DocumentStore, clock: Clock): AccountContext {
  return {
    users: openUsers(documents),
    keys: openKeyRing(documents),
    credits: createLedger(documents.collection({ name: "account.credits" }), noCredits),
    characters: createLedger(documents.collection({ name: "account.characters" }), noCharacters),
    places: createLedger(documents.collection({ name: "account.places" }), noPlaces),
    windows: documents.windows,
    requestsPerMinute: config.PARLANCE_REQUESTS_PER_MINUTE,
    defaultPlan: config.PARLANCE_DEFAULT_PLAN,
    clock,
  };
}
