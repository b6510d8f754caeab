import { settings } from "@parlance/platform";

export const ingestionConfig = {
  /** Chatbots that are trained side by side. */
  PARLANCE_INGESTION_CONCURRENCY: settings.wholeNumber({ min: 1, max: 64 }).default(4).describe("chatbots trained side by side"),
  /** Networks that pages may be fetched from although they are not public. */
  PARLANCE_EGRESS_ALLOW: settings.cidrs().default([]).describe("private networks that outbound calls may reach"),
  PARLANCE_CRAWL_PAUSE_MS: settings
    .milliseconds({ min: 1, max: 60_000 })
    .default(1_000)
    .describe("pause between two requests to one host"),
};
