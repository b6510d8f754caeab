import { changeDocument } from "@parlance/platform";
import type { IngestionDeps } from "./deps.ts";
import type { JobKey } from "./job-blobs.ts";
import type { Knowledge } from "./knowledge.ts";

/** Another worker takes a crawl up that has been silent for longer. */
const leaseMs = 10_000;
/** How often a crawl renews its lease and looks whether it is still wanted. */
const lookEveryMs = 2_000;
/** A lease that has not changed over so many looks is not renewed by anybody, whatever its time says by another clock. */
const silentLooks = leaseMs / lookEveryMs + 1;

interface Worker {
  /** Names it among the replicas. */
  worker: string;
  signal: AbortSignal;
}

/** The knowledge once no other worker crawls the job; from then on this one does. undefined when the job is not to be worked on any more. */
export async function wantedNow(deps: IngestionDeps, at: JobKey, work: Worker): Promise<Knowledge | undefined> {
  let seen = { until: 0, looks: 0 };
  for (;;) {
    const knowledge = await stillWanted(deps.stores, at);
    if (knowledge === undefined) return undefined;
    const silent = seen.looks > silentLooks ? seen.until : undefined;
    const lease = await takeLease(deps, at, { worker: work.worker, silent });
    if (lease === "ended") return undefined;
    if (lease === "mine") return knowledge;
    seen = { until: lease.until, looks: lease.until === seen.until ? seen.looks + 1 : 1 };
    await deps.clock.sleep(lookEveryMs, work.signal);
  }
}

/** undefined when the job was cancelled, has ended, or its chatbot was deleted. */
export async function stillWanted({ knowledge }: IngestionDeps["stores"], at: JobKey): Promise<Knowledge | undefined> {
  const data = (await knowledge.get(at.tenant, at.chatbotId))?.data;
  const first = data?.queue[0];
  return first?.jobId === at.jobId && !first.cancelled ? data : undefined;
}

/** Keeps the lease. Aborts when it is disposed of, when the process stops, and soon after the job is not this worker's to crawl any more. */
export function keepLease(deps: IngestionDeps, at: JobKey, work: Worker): { signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const end = () => controller.abort(new DOMException("the job is not wanted any more", "AbortError"));
  const look = async () => {
    const wanted = (await stillWanted(deps.stores, at)) !== undefined;
    if (!wanted || (await takeLease(deps, at, work)) !== "mine") end();
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) => deps.log.debug({ err: error, jobId: at.jobId }, "crawl could not be looked at"));
  }, lookEveryMs);
  return {
    signal: AbortSignal.any([controller.signal, work.signal]),
    [Symbol.dispose]: () => {
      clearInterval(timer);
      end();
    },
  };
}

/** Or until when another worker has it. */
type Lease = "mine" | "ended" | { until: number };

/** Takes the lease where nobody has it, or somebody who is `silent` at that time of theirs. */
async function takeLease(
  { stores, clock }: Pick<IngestionDeps, "stores" | "clock">,
  at: JobKey,
  { worker, silent }: { worker: string; silent?: number | undefined },
): Promise<Lease> {
  let lease: Lease = "ended";
  await changeDocument(stores.jobs, { tenant: at.tenant, id: at.jobId }, ({ data }) => {
    const now = clock.now();
    const others = data.crawler !== null && data.crawler.by !== worker ? data.crawler : undefined;
    const free = others === undefined || others.until <= now || others.until === silent;
    lease = data.state !== "running" ? "ended" : free ? "mine" : { until: others.until };
    return lease === "mine" ? { data: { ...data, crawler: { by: worker, until: now + leaseMs } } } : undefined;
  });
  return lease;
}
