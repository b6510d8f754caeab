import { promises as dns, type LookupAddress } from "node:dns";
import { expect, onTestFinished, test, vi } from "vitest";
import { resolveBySystem } from "./resolve.ts";

test("a name whose servers are silent takes one thread, however often it is asked for, and is looked up again once that has ended", async () => {
  const answer = Promise.withResolvers<LookupAddress[]>();
  const lookup = vi.spyOn(dns, "lookup").mockReturnValue(answer.promise as never);
  onTestFinished(() => lookup.mockRestore());
  const asked = [resolveBySystem("silent.test"), resolveBySystem("silent.test"), resolveBySystem("other.test")];
  expect(lookup).toHaveBeenCalledTimes(2);
  answer.resolve([{ address: "192.0.2.1", family: 4 }]);
  expect(await Promise.all(asked)).toEqual([["192.0.2.1"], ["192.0.2.1"], ["192.0.2.1"]]);
  await resolveBySystem("silent.test");
  expect(lookup).toHaveBeenCalledTimes(3);
});

test("a name that could not be looked up is looked up again", async () => {
  const lookup = vi.spyOn(dns, "lookup").mockRejectedValueOnce(new Error("no answer"));
  onTestFinished(() => lookup.mockRestore());
  await expect(resolveBySystem("silent.test")).rejects.toThrow("no answer");
  lookup.mockResolvedValueOnce([] as never);
  expect(await resolveBySystem("silent.test")).toEqual([]);
});
