import { create, fromBinary, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { topics, type Topic, type TopicPayload } from "@parlance/contracts";
import { PoisonEventError, type OutboxEvent, type RetryPolicy } from "@parlance/ports";
import { newUuid } from "./ids.ts";
import type { Identity } from "./identity.ts";
import type { ConsumerDefinition, EventHandler } from "./service.ts";

/** Builds an event to be written with the document whose change it announces. */
export function makeEvent<T extends Topic>(
  topic: T,
  event: { identity: Identity; key: string; time: number; payload: MessageInitShape<(typeof topics)[T]>; eventId?: string },
): OutboxEvent {
  const schema = topics[topic];
  const made: OutboxEvent = {
    eventId: event.eventId ?? newUuid(),
    topic,
    tenant: event.identity.tenant,
    key: event.key,
    time: event.time,
    payload: toBinary(schema, create(schema, event.payload as never)),
  };
  if (event.identity.requestId !== undefined) made.requestId = event.identity.requestId;
  if (event.identity.traceparent !== undefined) made.traceparent = event.identity.traceparent;
  return made;
}

/**
 * For what must come about in the end and is named nowhere else, such as an erasure: a day of trying, in which a store that was away is back.
 * The five attempts that are the default are over in less than a minute of an outage.
 */
export const persistentRetry: RetryPolicy = { maxAttempts: 1_450, maxDelayMs: 60_000 };

/** A consumer of one topic with its payload decoded; an event that cannot be decoded is parked at once. */
export function consumer<T extends Topic>(
  topic: T,
  handle: EventHandler<T>,
  options: Pick<ConsumerDefinition, "concurrency" | "retry"> = {},
): ConsumerDefinition {
  return {
    topic,
    ...options,
    handle: async (event, handling) => {
      let payload: TopicPayload<T>;
      try {
        payload = fromBinary(topics[topic], event.payload) as TopicPayload<T>;
      } catch (error) {
        throw new PoisonEventError(`payload of ${topic} cannot be decoded`, { cause: error });
      }
      await handle(payload, event, handling);
    },
  };
}
