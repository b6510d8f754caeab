import { StoreError } from "@parlance/ports";
import type { CrawledPage } from "./crawled-page.ts";
import type { IngestionDeps } from "./deps.ts";
import type { JobKey } from "./job-blobs.ts";
import type { Knowledge, ListKeys } from "./knowledge.ts";
import { charactersOf, pagesOf, withPages } from "./pages.ts";
import { isLostRace, ListGoneError, readLists, writeLists } from "./source-lists.ts";
import { sourceTypes } from "./source.ts";

/**
 * Makes the lists of sources tell what an ended job's pages hold: the present ones, and those that waiting jobs would return to. One write
 * makes it so, and marks the job, so that it happens once.
 */
export async function foldPages(deps: IngestionDeps, at: JobKey): Promise<void> {
  const { stores, blobs } = deps;
  const pages = (await pagesOf(deps, at)).map(({ data }) => data);
  if (!pages.some(({ outcome }) => outcome === "read")) return;
  for (;;) {
    const stored = await stores.knowledge.get(at.tenant, at.chatbotId);
    const first = stored?.data.queue[0];
    if (stored === undefined || first?.jobId !== at.jobId || first.folded || first.cancelled) return;
    // While a call is pending its lists are about to take the place of the present ones.
    if (stored.data.pending !== null) throw new StoreError("version_conflict", "a call is pending");
    const replaced: string[] = [];
    try {
      const data = await folded(deps, at, { knowledge: stored.data, pages, replaced });
      await stores.knowledge.replace(stored, data);
      for (const key of replaced) await blobs.delete(key);
      return;
    } catch (error) {
      if (!isLostRace(error)) throw error;
    }
  }
}

async function folded(
  deps: IngestionDeps,
  at: JobKey,
  { knowledge, pages, replaced }: { knowledge: Knowledge; pages: readonly CrawledPage[]; replaced: string[] },
): Promise<Knowledge> {
  // Jobs that change no pages share a list, which is to be written once.
  const done = new Map<string, { lists: ListKeys; characters: number }>();
  const fold = async (keys: ListKeys) => {
    const known = done.get(JSON.stringify(keys));
    if (known !== undefined) return known;
    const before = await readLists(deps, at, keys);
    const lists = withPages(before, pages);
    const types = sourceTypes.filter((type) => lists[type].some((entry, i) => entry !== before[type][i]));
    const result = { lists: await writeLists(deps.blobs, at, { keys, lists, types }), characters: charactersOf(lists) };
    replaced.push(...types.flatMap((type) => keys[type] ?? []));
    done.set(JSON.stringify(keys), result);
    return result;
  };
  const [first, ...waiting] = knowledge.queue;
  if (first === undefined) return knowledge;
  const queue = [{ ...first, folded: true }];
  for (const job of waiting) {
    const before = await fold(job.before.lists).catch((error: unknown) => {
      // Whoever cancels the job finds that out; what the pages hold is none the worse.
      if (error instanceof ListGoneError) return job.before;
      throw error;
    });
    queue.push({ ...job, before });
  }
  return { ...knowledge, ...(await fold(knowledge.lists)), queue };
}
