import type { Finding } from "@parlance/platform";
import type { Ports } from "@parlance/ports";

/** An event that waits longer than this in a running process is held up by something. */
const heldUpAfterMs = 5 * 60_000;
const mostEvents = 1_000;

/** Events that wait to be published, and those that were parked because their handler failed again and again. */
export async function* examineEvents(options: {
  ports: Ports;
  groups: readonly string[];
  repair: boolean;
  atRest: boolean;
}): AsyncGenerator<Finding> {
  const { ports, groups, repair, atRest } = options;
  const waiting = await ports.documents.outbox.pending(mostEvents);
  const late = waiting.filter((event) => Date.now() - event.time > heldUpAfterMs);
  // At rest nobody publishes; the next start does.
  if (!atRest && late.length > 0) {
    const problem = `${late.length === mostEvents ? "At least " : ""}${late.length} events wait to be published for more than five minutes.`;
    yield { check: "events", subject: "outbox", problem, remedy: "See the log for what the event relay says.", mended: false };
  }
  for (const group of groups) {
    const parked = await ports.events.deadLetters(group, mostEvents);
    const [first] = parked;
    if (first === undefined) continue;
    if (repair) {
      const eventIds = parked.map(({ event }) => event.eventId);
      await ports.events.replay(group, eventIds);
    }
    yield {
      check: "events",
      subject: group,
      problem: `${parked.length} events were given up after ${first.attempts} attempts; the first because: ${first.error}.`,
      remedy: repair ? "They are delivered again." : "Run doctor with --repair to have them delivered again.",
      mended: repair,
    };
  }
}
