import type { account } from "@parlance/contracts";
import { CliError } from "../cli-error.ts";
import type { Call, Command } from "../command.ts";
import { list } from "../table.ts";

import { callAs, userOption, wantedUser } from "./users.ts";

export const planCommands: readonly Command[] = [
  {
    name: "plans show",
    summary: "A user's plan, and what is left of it",
    options: userOption,
    run: async (call) => {
      const user = await wantedUser(call);
      return show(call, user);
    },
  },
  {
    name: "plans set",
    operands: "PLAN",
    summary: "Give a user another plan",
    options: userOption,
    notes: 'Plans are free, entry, standard, professional and self-hosted; "default" returns to that of the installation.',
    run: async (call) => {
      const user = await wantedUser(call);
      const [plan = ""] = call.operands;
      await call.connection.services().account.setPlan({ planName: plan === "default" ? "" : plan }, callAs(user.userId));
      return show(call, user);
    },
  },
];

async function show(call: Call, user: account.User) {
  const { plan, remainingCredits, remainingTrainingCharacters, chatbots } = await call.connection
    .services()
    .account.getAccount({}, callAs(user.userId));
  if (plan === undefined) throw new CliError("The answer names no plan");
  const of = (left: bigint | number, all: bigint | number) =>
    `${Number(left).toLocaleString("en")} of ${Number(all).toLocaleString("en")}`;
  const features = Object.entries(plan).flatMap(([name, value]) => (value === true ? [name] : []));
  const json = {
    userId: user.userId,
    plan: plan.name,
    remainingCredits: Number(remainingCredits),
    refreshingCredits: Number(plan.refreshingCredits),
    remainingTrainingCharacters: Number(remainingTrainingCharacters),
    refreshingTrainingCharacters: Number(plan.refreshingTrainingCharacters),
    chatbots,
    chatbotsLimit: plan.chatbotsLimit,
    features,
  };
  const text = list([
    ["User", user.email],
    ["Plan", plan.name],
    ["Credits left", of(remainingCredits, plan.refreshingCredits)],
    ["Characters left", of(remainingTrainingCharacters, plan.refreshingTrainingCharacters)],
    ["Chatbots", of(chatbots, plan.chatbotsLimit)],
    ["Features", features.join(", ")],
  ]);
  return { json, text };
}
