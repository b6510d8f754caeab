import { appErrorFrom, callOptions, changeDocument, makeEvent, type Identity } from "@parlance/platform";
import type { IngestionDeps } from "./deps.ts";
import { withJob, type PendingJob } from "./knowledge.ts";
import type { ChatbotKey } from "./stores.ts";

/**
 * Charges the account for a pending call and lets the call take effect; when the characters are not there, the call leaves no trace. The charge
 * is idempotent by job id, so whoever finds the call pending after a crash may do this again.
 * @throws AppError CHARACTERS_EXCEEDED
 */
export async function settlePending(
  deps: IngestionDeps,
  at: ChatbotKey,
  work: { pending: PendingJob; identity: Identity },
): Promise<void> {
  const { pending, identity } = work;
  const { jobId } = pending.job;
  const document = { tenant: at.tenant, id: at.chatbotId };
  try {
    await deps.clients.account.consumeCharacters({ jobId, characters: BigInt(pending.charge) }, callOptions(identity));
  } catch (error) {
    const reason = appErrorFrom(error);
    if (reason.kind !== "exhausted") throw error;
    await changeDocument(deps.stores.knowledge, document, ({ data }) =>
      data.pending?.job.jobId === jobId ? { data: { ...data, pending: null, busy: data.queue.length > 0 } } : undefined,
    );
    throw reason;
  }
  await changeDocument(deps.stores.knowledge, document, ({ data }) =>
    data.pending?.job.jobId === jobId ? { data: withJob(data, pending) } : undefined,
  );
}

/** Makes a worker take up the chatbot's queue. */
export function startedEvent(at: ChatbotKey, { jobId, identity, now }: { jobId: string; identity: Identity; now: number }) {
  return makeEvent("ingestion.job.started.v1", {
    identity,
    key: at.chatbotId,
    time: now,
    payload: { chatbotId: at.chatbotId, jobId },
  });
}
