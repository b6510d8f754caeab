import { settings } from "@parlance/platform";

export const chatConfig = {
  /** Mean of cosine and term share of the best passage from which an English question is answered without a closer look. */
  PARLANCE_ANSWER_CERTAIN: settings.fraction().default(0.65),
  /** Support by the best sentence from which an English question of six words that carry meaning, or more, is answered. */
  PARLANCE_ANSWER_MIN_SUPPORT: settings.fraction().default(0.58),
  /** The same for a question of one or two; in between, the limit grows evenly. */
  PARLANCE_ANSWER_MIN_SUPPORT_SHORT: settings.fraction().default(0.42),
  /** Mean of the support by words and by the best sentence from which such a question is answered in a language that the embedding model understands roughly. */
  PARLANCE_ANSWER_MIN_ROUGH_SUPPORT: settings.fraction().default(0.345),
  /** The same for a question of one or two. */
  PARLANCE_ANSWER_MIN_ROUGH_SUPPORT_SHORT: settings.fraction().default(0.295),
  /** Cosine of the best sentence from which a question is answered that is asked in another language than the document's. */
  PARLANCE_ANSWER_MIN_FOREIGN_SUPPORT: settings.fraction().default(0.37),
  /** The same for a question of one or two words. */
  PARLANCE_ANSWER_MIN_FOREIGN_SUPPORT_SHORT: settings.fraction().default(0.31),
  /** Support by words alone from which a question is answered from documents in a language that the embedding model does not know. */
  PARLANCE_ANSWER_MIN_WORD_SUPPORT: settings.fraction().default(0.34),
  /** The same for Chinese and Korean, which are compared by pairs of characters, and Vietnamese, by pairs of syllables. */
  PARLANCE_ANSWER_MIN_PAIR_SUPPORT: settings.fraction().default(0.2),
  /** Networks that a custom backend may be in although they are not public, for development and intranets. */
  PARLANCE_EGRESS_ALLOW: settings.cidrs().default([]).describe("private networks that outbound calls may reach"),
  /** Ports that a custom backend may have beside 80, 443 and those above 1023 at which no database or broker listens. */
  PARLANCE_EGRESS_PORTS: settings.ports().default([]).describe("further ports that outbound calls may reach"),
  PARLANCE_BACKEND_CONNECT_TIMEOUT_MS: settings.milliseconds().default(10_000).describe("time to reach a custom backend"),
  PARLANCE_BACKEND_FIRST_BYTE_TIMEOUT_MS: settings.milliseconds().default(60_000).describe("time until it begins to answer"),
  PARLANCE_BACKEND_TIMEOUT_MS: settings.milliseconds().default(300_000).describe("time for its whole answer"),
  PARLANCE_BACKEND_LIMIT_BYTES: settings
    .bytes()
    .default(1024 * 1024)
    .describe("largest answer of a custom backend"),
};
