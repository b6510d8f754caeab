import type { Robots, SafeFetch } from "@parlance/egress";
import { expect, it } from "vitest";
import { systemClock } from "@parlance/platform";
import { fetchPage } from "./fetch-page.ts";
import { createHostPace } from "./host-pace.ts";
import { createUnanswering } from "./unanswering.ts";

it("gives a page up for a fault that nobody foresaw, so that it holds up no other page for ever", async () => {
  const fault = new TypeError("unforeseen");
  const safeFetch: SafeFetch = Object.assign(() => Promise.reject(fault), { check: () => {} });
  const robots: Robots = { rulesFor: async () => ({ isAllowed: () => true, crawlDelayMs: undefined, failed: false }) };
  const fetcher = { safeFetch, robots, pace: createHostPace(systemClock), clock: systemClock, pauseMs: 0 };
  const wanted = { url: "https://example.com/", cookies: "", unanswering: createUnanswering(), isWanted: async () => true };
  const fetched = await fetchPage(fetcher, { ...wanted, signal: new AbortController().signal });
  expect(fetched).toMatchObject({ failure: expect.stringContaining("fault of this installation"), fault });
});
