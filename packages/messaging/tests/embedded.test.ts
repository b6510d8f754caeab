import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeEventBus, type EventBusFixture } from "@parlance/ports/contracts";
import { openEmbeddedEventBus } from "../src/index.ts";

describeEventBus("embedded", openFixture);

async function openFixture(): Promise<EventBusFixture> {
  const folder = await mkdtemp(join(tmpdir(), "parlance-events-"));
  const path = join(folder, "events.db");
  const fixture: EventBusFixture = {
    bus: await openEmbeddedEventBus({ path }),
    replica: async () => fixture.bus,
    reopen: async () => {
      await fixture.bus.close();
      fixture.bus = await openEmbeddedEventBus({ path });
    },
    close: async () => {
      await fixture.bus.close();
      await rm(folder, { recursive: true });
    },
  };
  return fixture;
}
