import { describe, expect, it } from "vitest";
import { planNamed, planNames, plans } from "./plans.ts";

describe("plans", () => {
  it("give the standard plan the figures of the contract", () => {
    expect(plans.standard).toMatchObject({
      subscriptions: { standard: 1 },
      refreshingTrainingCharacters: 110_000_000,
      refreshingCredits: 10_000,
      chatbotsLimit: 5,
      chatbotCharactersLimit: 11_000_000,
      removeBrand: false,
      webhooks: true,
      liveChat: true,
    });
  });

  it("have figures that every message field and every JSON client can hold", () => {
    for (const name of planNames) {
      const plan = plans[name];
      expect(plan.name).toBe(name);
      expect(plan.chatbotsLimit).toBeLessThan(2 ** 31);
      expect(Number.isSafeInteger(plan.refreshingTrainingCharacters * 2)).toBe(true);
    }
  });

  it("limit nothing when self-hosted", () => {
    const flags = Object.values(plans["self-hosted"]).filter((value) => typeof value === "boolean");
    expect(flags).toHaveLength(10);
    expect(flags).not.toContain(false);
  });

  it("of another name do not exist, and those that do are named", () => {
    const message = "There is no plan of this name: plans are free, entry, standard, professional, self-hosted";
    expect(() => planNamed("enterprise")).toThrow(expect.objectContaining({ reason: "PLAN_UNKNOWN", message }));
  });
});
