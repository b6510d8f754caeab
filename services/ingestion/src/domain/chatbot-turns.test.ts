import { asTenant } from "@parlance/ports";
import { expect, it } from "vitest";
import { createChatbotTurns } from "./chatbot-turns.ts";

const at = (chatbotId: string, tenant = "one") => ({ tenant: asTenant(tenant), chatbotId });

it("work for one chatbot begins when what came before it has ended, well or badly", async () => {
  const turns = createChatbotTurns();
  const seen: string[] = [];
  const work = (name: string) => async () => {
    seen.push(`${name} begins`);
    await new Promise(setImmediate);
    seen.push(`${name} ends`);
    if (name === "b") throw new Error(name);
    return name;
  };
  const results = await Promise.allSettled(["a", "b", "c"].map((name) => turns.take(at("x"), work(name))));
  expect(seen).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(await turns.take(at("x"), work("d"))).toBe("d");
});

it("work for another chatbot, or another owner's of the same name, does not wait", async () => {
  const turns = createChatbotTurns();
  const never = turns.take(at("x"), () => new Promise<never>(() => {}));
  expect(await turns.take(at("y"), () => Promise.resolve("done"))).toBe("done");
  expect(await turns.take(at("x", "two"), () => Promise.resolve("done"))).toBe("done");
  expect(await Promise.race([never, Promise.resolve("waiting")])).toBe("waiting");
});
