import { traceIdOf, type ConsumerDefinition, type Logger } from "@parlance/platform";
import type { BusEvent, Consumer, EventBus } from "@parlance/ports";
import { untilThere } from "./until-there.ts";

/**
 * Subscribes the consumers of a service. Each topic of a service is a group of its own, so that a topic whose handler is slow or failing
 * holds up no other; replicas of the service share the work of a group. Waits for a server that is away, until the signal aborts.
 */
export async function consume(
  bus: EventBus,
  service: { name: string; consumers: readonly ConsumerDefinition[]; log: Logger; signal?: AbortSignal | undefined },
): Promise<readonly Consumer[]> {
  return Promise.all(
    service.consumers.map((definition) => {
      const subscription = {
        group: groupOf(service.name, definition.topic),
        topics: [definition.topic],
        handle: logged(definition, service.log),
        ...(definition.concurrency !== undefined && { concurrency: definition.concurrency }),
        ...(definition.retry !== undefined && { retry: definition.retry }),
      };
      return untilThere(() => bus.subscribe(subscription), service);
    }),
  );
}

export function groupOf(service: string, topic: string): string {
  return `${service}.${topic}`;
}

/** A failed attempt is logged here, at the boundary, with its cause; the bus decides what becomes of the event. */
function logged(definition: ConsumerDefinition, log: Logger): ConsumerDefinition["handle"] {
  return async (event: BusEvent, options) => {
    try {
      await definition.handle(event, options);
    } catch (error) {
      const { eventId, topic, key, requestId } = event;
      const traceId = traceIdOf(event.traceparent);
      if (!options.signal.aborted)
        log.warn({ err: error, eventId, topic, key, requestId, traceId, attempt: options.attempt }, "event not handled");
      throw error;
    }
  };
}
