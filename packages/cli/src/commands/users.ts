import type { account } from "@parlance/contracts";
import { callOptions } from "@parlance/platform";
import { asTenant } from "@parlance/ports";
import { CliError } from "../cli-error.ts";
import type { Call, Command } from "../command.ts";
import { list, moment, printable, table } from "../table.ts";
import { confirm } from "./chatbots.ts";

export const userCommands: readonly Command[] = [
  {
    name: "users list",
    summary: "All users",
    run: async ({ connection }) => {
      const users = await allUsers(connection.services());
      const rows = users.map(({ userId, email, name, planName, createTime }) => [
        userId,
        email,
        name,
        planName,
        moment(millis(createTime)),
      ]);
      return { json: users.map(toJson), text: table(["ID", "E-MAIL", "NAME", "PLAN", "SINCE"], rows, "There are no users.") };
    },
  },
  {
    name: "users add",
    operands: "EMAIL",
    summary: "Add a user",
    options: {
      name: { value: "NAME", description: "the user's name" },
      plan: { value: "PLAN", description: "name of a plan; default: that of the installation" },
    },
    run: async ({ connection, operands: [email = ""], text }) => {
      const request = { email, name: text("name") ?? "", planName: text("plan") ?? "" };
      const { user } = await connection.services().account.createUser(request);
      if (user === undefined) throw new CliError("The answer names no user");
      const next = `npm run parlance -- keys add --user ${user.email}`;
      const lines = list([
        ["User", user.userId],
        ["E-mail", user.email],
        ["Plan", user.planName],
      ]);
      return { json: toJson(user), text: `${lines}\n\nGive the user a key:  ${next}` };
    },
  },
  {
    name: "users delete",
    operands: "USER",
    summary: "Delete a user with keys, chatbots, knowledge and conversations, for good",
    options: { yes: { description: "do not ask" } },
    run: async (call) => {
      const [wanted = ""] = call.operands;
      const user = await wantedUser({ connection: call.connection, text: () => wanted });
      const { account } = call.connection.services();
      const { chatbots } = await account.getAccount({}, callAs(user.userId));
      const email = printable(user.email);
      await confirm(
        call,
        `Delete ${email} with ${chatbots === 1 ? "1 chatbot" : `${chatbots} chatbots`} and all that is theirs for good?`,
      );
      await account.deleteUser({}, callAs(user.userId));
      return { json: { userId: user.userId, deleted: true }, text: `${email} is deleted.` };
    },
  },
];

export const userOption = { user: { value: "USER", description: "id or e-mail address; needed when there are several users" } };

/** The user that `--user` names, or the only one there is. */
export async function wantedUser({ connection, text }: Pick<Call, "connection" | "text">): Promise<account.User> {
  const users = await allUsers(connection.services());
  const wanted = text("user");
  const [only, second] = users;
  if (wanted === undefined) {
    if (only !== undefined && second === undefined) return only;
    throw new CliError("There are several users: name one with --user, by id or e-mail address");
  }
  const found = users.find(({ userId, email }) => userId === wanted || email.toLowerCase() === wanted.toLowerCase());
  if (found === undefined) throw new CliError(`There is no user ${wanted}: npm run parlance -- users list shows them all`);
  return found;
}

async function allUsers({ account }: ReturnType<Call["connection"]["services"]>): Promise<account.User[]> {
  const users: account.User[] = [];
  let pageToken = "";
  do {
    const page = await account.listUsers({ pageSize: 1_000, pageToken });
    users.push(...page.users);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return users;
}

function toJson({ userId, email, name, planName, createTime }: account.User) {
  return { userId, email, name, plan: planName, createdAt: millis(createTime) };
}

/** Milliseconds since the epoch. */
export function millis(time: { seconds: bigint; nanos: number } | undefined): number | null {
  return time === undefined ? null : Number(time.seconds) * 1_000 + Math.floor(time.nanos / 1e6);
}

/** Options of a call that acts for a user. */
export function callAs(userId: string) {
  return callOptions({ tenant: asTenant(userId) });
}
