import { settings } from "@parlance/platform";

export const chatConfig = {
  /** Mean of cosine and term share of the best passage from which an English question is answered. */
  PARLANCE_ANSWER_MIN_MEAN: settings.fraction().default(0.35),
  /** Cosine of the best passage from which a question is answered whatever its words. */
  PARLANCE_ANSWER_MIN_COSINE: settings.fraction().default(0.5),
  /** Term share of the best passage from which a question in another language is answered. */
  PARLANCE_ANSWER_MIN_TERM_SHARE: settings.fraction().default(0.3),
  /** The same for Chinese, Japanese and Korean, whose terms are pairs of characters. */
  PARLANCE_ANSWER_MIN_TERM_SHARE_CJK: settings.fraction().default(0.2),
};
