import { newId, systemClock } from "@parlance/platform";
import { asTenant } from "@parlance/ports";
import { describe, expect, it } from "vitest";
import { startTraining } from "../../tests/support.ts";
import { wantedNow } from "./crawl-lease.ts";
import type { IngestionDeps } from "./deps.ts";
import { newJob } from "./job.ts";
import { noKnowledge } from "./knowledge.ts";
import { openStores } from "./stores.ts";

const { signal } = new AbortController();
const day = 86_400_000;

describe("the lease of a crawl", () => {
  it("is taken from a worker that is gone, though its time is a day off by a clock that was set back, and not from one that renews it", async () => {
    await using training = await startTraining();
    const stores = openStores(training.process.running.ports.documents);
    let looks = 0;
    let renew = async () => {};
    const sleep = async () => {
      looks += 1;
      await renew();
    };
    const deps = { stores, clock: { ...systemClock, sleep } } as unknown as IngestionDeps;
    const at = { tenant: asTenant("user"), chatbotId: newId(), jobId: newId() };
    const queued = { jobId: at.jobId, createdAt: 1, documents: 1, cancelled: false, closing: false };
    await stores.knowledge.insert(at.tenant, at.chatbotId, { ...noKnowledge, queue: [queued as never] });
    const job = newJob(at.chatbotId, { createdAt: 1, documents: 1, shown: 0 });
    let stored = await stores.jobs.insert(at.tenant, at.jobId, { ...job, crawler: { by: "other", until: Date.now() + day } });

    let renewals = 0;
    renew = async () => {
      if (++renewals > 20) return;
      stored = await stores.jobs.replace(stored, { ...job, crawler: { by: "other", until: Date.now() + day + renewals } });
    };
    expect(await wantedNow(deps, at, { worker: "mine", signal })).toBeDefined();
    expect(looks).toBeGreaterThan(20);
    expect(looks).toBeLessThan(30);
    expect((await stores.jobs.get(at.tenant, at.jobId))?.data.crawler?.by).toBe("mine");
  });
});
