import { describeRateWindows } from "@parlance/ports/contracts";
import { expect, it } from "vitest";
import { createMemoryWindows } from "./memory-windows.ts";

describeRateWindows("in memory", {
  open: async (now) => {
    const windows = createMemoryWindows({ now });
    return { windows: [windows, windows], close: async () => {} };
  },
  stepMs: 0,
  runs: 100,
});

it("forgets keys that ask no more, and goes on counting those that do", async () => {
  let now = 0;
  const windows = createMemoryWindows({ now: () => now });
  for (let key = 0; key < 4_000; key++) await windows.take(`key ${key}`, 5_000);
  now += 60_000;
  for (let taken = 1; taken <= 200; taken++) expect((await windows.take("busy", 5_000)).used).toBe(taken);
});
