import { settings } from "@parlance/platform";
import type { z } from "zod";
import { keyForm } from "./domain/api-keys.ts";
import { planNames } from "./domain/plans.ts";

export const accountConfig = {
  /** Key of the first user. Absent: one is made at the first start and written to `api-key` in the data folder. */
  PARLANCE_API_KEY: settings
    .secret()
    .refine((key) => keyForm.test(key.reveal()), "expected sk- followed by 32 letters or digits")
    .optional()
    .describe("key of the first user; absent: one is made"),
  PARLANCE_DATA_DIR: settings.text().default("./data").describe("folder of everything that lasts"),
  /** Plan of every user that was given none. */
  PARLANCE_DEFAULT_PLAN: settings
    .oneOf(...planNames)
    .default("self-hosted")
    .describe("plan of users that were given none"),
  PARLANCE_REQUESTS_PER_MINUTE: settings
    .wholeNumber({ min: 1, max: 1_000_000 })
    .default(600)
    .describe("requests of one user in any 60 seconds"),
};

export type AccountConfig = Readonly<z.output<z.ZodObject<typeof accountConfig>>>;
