import { settings } from "@parlance/platform";

export const ingestionConfig = {
  /** Chatbots that are trained side by side. */
  PARLANCE_INGESTION_CONCURRENCY: settings.wholeNumber({ min: 1, max: 64 }).default(4).describe("chatbots trained side by side"),
};
