import type { SpanAttributes, Tracer } from "@parlance/platform";
import type { BusEvent, EventBus, Subscription } from "@parlance/ports";
import { failureOf } from "./trace-port.ts";

/**
 * An event is published on behalf of whatever made it, which its own trace context tells, and handled on behalf of its publishing: so work
 * that goes on by events stays in the trace of the request that began it.
 */
export function tracedEvents(bus: EventBus, { tracer, system }: { tracer: Tracer; system: string }): EventBus {
  return {
    publish: (events) => publish(bus, events, { tracer, system }),
    subscribe: (subscription) =>
      bus.subscribe({ ...subscription, handle: (event, options) => process(subscription, { event, options, tracer, system }) }),
    deadLetters: (...call) => bus.deadLetters(...call),
    replay: (...call) => bus.replay(...call),
    close: () => bus.close(),
  };
}

interface Processing {
  event: BusEvent;
  options: Parameters<Subscription["handle"]>[1];
  tracer: Tracer;
  system: string;
}

async function process(subscription: Subscription, { event, options, tracer, system }: Processing): Promise<void> {
  const span = tracer.start(`process ${event.topic}`, {
    kind: "consumer",
    parent: event.traceparent,
    attributes: {
      ...describe(event, system),
      "messaging.operation.name": "process",
      "messaging.operation.type": "process",
      "messaging.consumer.group.name": subscription.group,
      "parlance.event.attempt": options.attempt,
    },
  });
  try {
    await tracer.within(span, () => subscription.handle({ ...event, traceparent: span.traceparent }, options));
    span.end();
  } catch (error) {
    span.end(failureOf(error));
    throw error;
  }
}

async function publish(bus: EventBus, events: readonly BusEvent[], { tracer, system }: { tracer: Tracer; system: string }) {
  const published = events.map((event) => {
    const attributes = { ...describe(event, system), "messaging.operation.name": "publish", "messaging.operation.type": "send" };
    return { event, span: tracer.start(`publish ${event.topic}`, { kind: "producer", parent: event.traceparent, attributes }) };
  });
  const end = (failure?: string) => {
    for (const { span } of published) span.end(failure);
  };
  try {
    await bus.publish(published.map(({ event, span }) => ({ ...event, traceparent: span.traceparent })));
    end();
  } catch (error) {
    end(failureOf(error));
    throw error;
  }
}

function describe(event: BusEvent, system: string): SpanAttributes {
  return {
    "messaging.system": system,
    "messaging.destination.name": event.topic,
    "messaging.message.id": event.eventId,
  };
}
