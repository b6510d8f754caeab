import type { ChatbotKey } from "./stores.ts";

/** Lets work for one chatbot run one piece after another, and that of different chatbots side by side. */
export interface ChatbotTurns {
  /** @returns what the work returns; what other work of the chatbot threw is not its concern */
  take<Result>(at: ChatbotKey, work: () => Promise<Result>): Promise<Result>;
}

/**
 * Turns within this process. They spare work that comes together most of the races that each would lose against all others, and repeat
 * its writes for; correctness does not rest on them: the version of what is written decides, as it does between processes.
 */
export function createChatbotTurns(): ChatbotTurns {
  const lasts = new Map<string, Promise<unknown>>();
  return {
    take: async ({ tenant, chatbotId }, work) => {
      const key = `${tenant}/${chatbotId}`;
      const turn = (lasts.get(key) ?? Promise.resolve()).then(work);
      const last = turn.catch(() => {});
      lasts.set(key, last);
      try {
        return await turn;
      } finally {
        if (lasts.get(key) === last) lasts.delete(key);
      }
    },
  };
}
