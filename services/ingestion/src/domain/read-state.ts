import type { IngestionDeps } from "./deps.ts";
import type { Job } from "./job.ts";
import { noKnowledge, type Knowledge } from "./knowledge.ts";
import { charactersOf, pagesUnderWay, withPages } from "./pages.ts";
import type { SourceLists } from "./plan-changes.ts";
import { ListGoneError, readLists } from "./source-lists.ts";
import type { ChatbotKey } from "./stores.ts";

/** A chatbot's knowledge and the job that is running. A chatbot that was never trained has none of either. */
export async function readState(
  { stores }: IngestionDeps,
  at: ChatbotKey,
): Promise<{ knowledge: Knowledge; running: Job | undefined }> {
  const knowledge = (await stores.knowledge.get(at.tenant, at.chatbotId))?.data ?? noKnowledge;
  const first = knowledge.queue[0];
  const running = first === undefined ? undefined : (await stores.jobs.get(at.tenant, first.jobId))?.data;
  return { knowledge, running };
}

/** A chatbot's lists of sources, as they stood at one moment. */
export async function readSources(deps: IngestionDeps, at: ChatbotKey): Promise<{ lists: SourceLists; characters: number }> {
  for (let attempt = 1; ; attempt++) {
    const { knowledge } = await readState(deps, at);
    try {
      const lists = withPages(await readLists(deps, at, knowledge.lists), await pagesUnderWay(deps, at, knowledge));
      return { lists, characters: charactersOf(lists) };
    } catch (error) {
      if (!(error instanceof ListGoneError) || attempt === 10) throw error;
    }
  }
}
