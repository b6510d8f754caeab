import { CliError } from "../cli-error.ts";
import type { Command } from "../command.ts";
import { moment, table } from "../table.ts";
import { callAs, millis, userOption, wantedUser } from "./users.ts";

export const keyCommands: readonly Command[] = [
  {
    name: "keys list",
    summary: "A user's API keys, by their first characters",
    options: userOption,
    run: async (call) => {
      const user = await wantedUser(call);
      const { apiKeys } = await call.connection.services().account.listApiKeys({}, callAs(user.userId));
      const keys = apiKeys.map(({ apiKeyId, label, prefix, createTime, revokeTime }) => ({
        apiKeyId,
        label,
        prefix,
        createdAt: millis(createTime),
        revokedAt: millis(revokeTime),
      }));
      const rows = keys.map((key) => {
        const state = key.revokedAt === null ? "good" : `revoked ${moment(key.revokedAt)}`;
        return [key.apiKeyId, `${key.prefix}…`, key.label, moment(key.createdAt), state];
      });
      return { json: keys, text: table(["ID", "KEY", "LABEL", "SINCE", "STATE"], rows, `${user.email} has no keys.`) };
    },
  },
  {
    name: "keys add",
    summary: "Make an API key; it is shown this once",
    options: { ...userOption, label: { value: "TEXT", description: "what the key is for" } },
    run: async (call) => {
      const user = await wantedUser(call);
      const { key, apiKey } = await call.connection
        .services()
        .account.createApiKey({ label: call.text("label") ?? "" }, callAs(user.userId));
      const json = { apiKeyId: apiKey?.apiKeyId, userId: user.userId, key };
      return { json, text: `${key}\n\nA key of ${user.email}. It is shown this once: only its digest is kept.` };
    },
  },
  {
    name: "keys revoke",
    operands: "KEY-ID",
    summary: "Revoke an API key, at once and for good",
    options: userOption,
    run: async (call) => {
      const [apiKeyId = ""] = call.operands;
      // A key itself must not be passed on: it would stand in the server's error or log.
      if (apiKeyId.startsWith("sk-")) throw new CliError("This is a key, not its id: npm run parlance -- keys list shows the ids");
      const user = await wantedUser(call);
      await call.connection.services().account.revokeApiKey({ apiKeyId }, callAs(user.userId));
      return { json: { apiKeyId, revoked: true }, text: `The key ${apiKeyId} of ${user.email} is revoked.` };
    },
  },
];
