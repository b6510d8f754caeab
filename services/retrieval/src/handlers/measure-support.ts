import { spoken } from "@parlance/language";
import { AppError, identityOf } from "@parlance/platform";
import type { Handler, RetrievalContext } from "../context.ts";
import { sentenceSupport } from "../domain/sentence-support.ts";

const mostPassages = 5;

export function measureSupport({ ports }: RetrievalContext): Handler<"measureSupport"> {
  return {
    async measureSupport({ query, passages }, context) {
      identityOf(context);
      if (passages.length > mostPassages) throw new AppError("INVALID_REQUEST", { message: "at most 5 passages can be measured" });
      const { reading } = spoken(query, { english: passages[0]?.language === "en" });
      const { cosine, share } = await sentenceSupport(ports.embedder, query, { passages, reading, signal: context.signal });
      return { sentenceCosine: cosine, sentenceShare: share };
    },
  };
}
