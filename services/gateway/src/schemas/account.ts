import { z } from "zod";
import { operation } from "../operation.ts";

const plan = z.strictObject({
  subscriptions: z.record(z.string(), z.int()),
  remainingTrainingChars: z.int(),
  refreshingTrainingChars: z.int(),
  remainingCredits: z.int(),
  refreshingCredits: z.int(),
  chatbots: z.int(),
  chatbotsLimit: z.int(),
  chatbotCharactersLimit: z.int(),
  gatherLeads: z.boolean(),
  customDomain: z.boolean(),
  api: z.boolean(),
  customModel: z.boolean(),
  userAnalysis: z.boolean(),
  notification: z.boolean(),
  gpt4: z.boolean(),
  removeBrand: z.boolean(),
});

export const getCurrentPlan = operation({
  operationId: "getCurrentPlan",
  tag: "Account",
  summary: "The user's plan and what is left of it",
  method: "get",
  path: "/current-plan",
  answer: z.strictObject({ status: z.literal("success"), email: z.string(), name: z.string(), plan }),
});
