import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { deadLetters as proto, services, topics } from "@parlance/contracts";
import { AppError, type Routes } from "@parlance/platform";
import type { DeadLetter, EventBus } from "@parlance/ports";
import { groupOf } from "../consume.ts";

/** Of one service and topic, at once. */
const most = 1_000;

/**
 * Looking at what services have given up, and having it handled again. Every service's, whichever runs here: they share the bus. Of an event
 * that names whose it is and why it failed, never what it holds.
 */
export function deadLetterRoutes(bus: Pick<EventBus, "deadLetters" | "replay">): Routes {
  return (router) =>
    router.service(proto.DeadLetterService, {
      listDeadLetters: async (wanted) => ({ deadLetters: (await find(bus, wanted)).map(describe) }),
      replayDeadLetters: async ({ eventIds, ...wanted }) => {
        const named = new Set(eventIds);
        const found = (await find(bus, wanted)).filter(({ letter }) => named.size === 0 || named.has(letter.event.eventId));
        for (const [group, letters] of Map.groupBy(found, ({ letter }) => letter.group)) {
          await bus.replay(
            group,
            letters.map(({ letter }) => letter.event.eventId),
          );
        }
        return { deadLetters: found.map(describe) };
      },
    });
}

interface Found {
  service: string;
  letter: DeadLetter;
}

/** @throws AppError INVALID_REQUEST for a service or topic that does not exist */
async function find(bus: Pick<EventBus, "deadLetters">, wanted: { service: string; topic: string }): Promise<Found[]> {
  const owners = chosen("service", [...new Set(Object.values(services).map(({ owner }) => owner))], wanted.service);
  const groups = chosen("topic", Object.keys(topics), wanted.topic).flatMap((topic) =>
    owners.map((service) => ({ service, group: groupOf(service, topic) })),
  );
  const found = groups.map(async ({ service, group }) => {
    const letters = await bus.deadLetters(group, most);
    return letters.map((letter) => ({ service, letter }));
  });
  return (await Promise.all(found)).flat();
}

/** All of the names, or the one that is wanted. */
function chosen(what: string, names: readonly string[], wanted: string): readonly string[] {
  if (wanted === "") return names;
  if (names.includes(wanted)) return [wanted];
  throw new AppError("INVALID_REQUEST", { message: `There is no ${what} ${wanted}; there are ${names.toSorted().join(", ")}` });
}

function describe({ service, letter: { event, attempts, error, parkedAt } }: Found) {
  return {
    eventId: event.eventId,
    topic: event.topic,
    service,
    userId: event.tenant,
    attempts,
    reason: error,
    parkTime: timestampFromMs(parkedAt),
  };
}
