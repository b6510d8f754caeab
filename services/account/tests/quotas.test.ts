import { asTenant } from "@parlance/ports";
import { failureOf, settableClock, transports } from "@parlance/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noPlaces, takePlace, type ChatbotPlaces } from "../src/domain/chatbot-places.ts";
import { createLedger } from "../src/domain/ledger.ts";
import { plans } from "../src/domain/plans.ts";
import { newUser, startAccount, type TestProcess } from "./support.ts";

const minute = 60_000;
const day = 24 * 60 * minute;

describe.each(transports)("quotas over %s", (transport) => {
  const { clock, advance } = settableClock();
  let running: TestProcess;
  beforeAll(async () => {
    running = await startAccount({ transport, clock });
  });
  afterAll(() => running.stop());

  const client = () => running.clients.account;
  const remaining = async (user: { as: ReturnType<TestProcess["as"]> }) =>
    (await client().getAccount({}, user.as)).remainingCredits;
  /** How many of the calls succeeded, and the reasons of the others. */
  const outcomes = async (calls: readonly Promise<unknown>[]) => {
    const failed = await Promise.allSettled(calls.map(failureOf));
    const reasons = failed.flatMap((result) => (result.status === "fulfilled" ? [result.value.reason] : []));
    return { succeeded: calls.length - reasons.length, reasons: [...new Set(reasons)] };
  };

  it("let exactly one of 50 parallel answers have the last credit", async () => {
    const user = await newUser(running);
    await client().reserveCredits({ answerId: "before", credits: plans.free.refreshingCredits - 1 }, user.as);
    const answers = Array.from({ length: 50 }, (_, index) =>
      client().reserveCredits({ answerId: `a${index}`, credits: 1 }, user.as),
    );
    expect(await outcomes(answers)).toEqual({ succeeded: 1, reasons: ["CREDITS_EXHAUSTED"] });
    expect(await remaining(user)).toBe(0n);
  });

  it("give 50 parallel answers the 50 credits there are", async () => {
    const user = await newUser(running);
    const answers = Array.from({ length: 50 }, (_, index) =>
      client().reserveCredits({ answerId: `a${index}`, credits: 1 }, user.as),
    );
    expect(await outcomes(answers)).toEqual({ succeeded: 50, reasons: [] });
    expect(await remaining(user)).toBe(0n);
  });

  it("charge an answer once however often its calls are repeated, in parallel too", async () => {
    const user = await newUser(running);
    const reserve = () => client().reserveCredits({ answerId: "a", credits: 10 }, user.as);
    const settle = () => client().settleCredits({ answerId: "a", credits: 2 }, user.as);
    await Promise.all([reserve(), reserve(), reserve()]);
    expect(await remaining(user)).toBe(40n);
    await Promise.all([settle(), settle(), settle()]);
    expect(await remaining(user)).toBe(48n);
    await reserve();
    expect(await remaining(user)).toBe(48n);
  });

  it("return what an answer reserved and nobody settled after ten minutes", async () => {
    const user = await newUser(running);
    await client().reserveCredits({ answerId: "lost", credits: 50 }, user.as);
    advance(10 * minute - 1);
    expect((await failureOf(client().reserveCredits({ answerId: "next", credits: 1 }, user.as))).reason).toBe("CREDITS_EXHAUSTED");
    advance(1);
    expect((await client().reserveCredits({ answerId: "next", credits: 1 }, user.as)).remainingCredits).toBe(49n);
  });

  it("are full again a month after the user was made", async () => {
    const user = await newUser(running);
    await client().reserveCredits({ answerId: "a", credits: 50 }, user.as);
    await client().settleCredits({ answerId: "a", credits: 50 }, user.as);
    await client().consumeCharacters({ jobId: "j", characters: 1_000_000n }, user.as);
    advance(27 * day);
    expect(await client().getAccount({}, user.as)).toMatchObject({ remainingCredits: 0n, remainingTrainingCharacters: 0n });
    advance(4 * day);
    expect(await client().getAccount({}, user.as)).toMatchObject({
      remainingCredits: 50n,
      remainingTrainingCharacters: 1_000_000n,
    });
  });

  it("let exactly the plan's number of chatbots exist when more are created in parallel", async () => {
    const user = await newUser(running, "standard");
    const places = Array.from({ length: 20 }, (_, index) => client().reserveChatbot({ chatbotId: `bot-${index}` }, user.as));
    expect(await outcomes(places)).toEqual({ succeeded: 5, reasons: ["CHATBOT_LIMIT_REACHED"] });
    expect((await client().getAccount({}, user.as)).chatbots).toBe(5);
  });

  it("count a chatbot once and free its place once", async () => {
    const user = await newUser(running);
    await Promise.all([1, 2, 3].map(() => client().reserveChatbot({ chatbotId: "bot" }, user.as)));
    expect((await client().getAccount({}, user.as)).chatbots).toBe(1);
    await client().releaseChatbot({ chatbotId: "another" }, user.as);
    expect((await client().getAccount({}, user.as)).chatbots).toBe(1);
    await Promise.all([1, 2].map(() => client().releaseChatbot({ chatbotId: "bot" }, user.as)));
    expect((await client().getAccount({}, user.as)).chatbots).toBe(0);
  });

  it("take a job's characters once and refuse what does not fit with its numbers", async () => {
    const user = await newUser(running);
    const take = (jobId: string, characters: bigint) => client().consumeCharacters({ jobId, characters }, user.as);
    await Promise.all([take("j", 600_000n), take("j", 600_000n)]);
    expect((await failureOf(take("k", 400_001n))).message).toBe(
      "Character limit exceeded: 400001 characters requested, 400000 remaining",
    );
    expect((await take("l", 400_000n)).remainingTrainingCharacters).toBe(0n);
  });

  it("are each user's own", async () => {
    const [one, other] = [await newUser(running), await newUser(running)];
    await client().reserveCredits({ answerId: "a", credits: 50 }, one.as);
    expect(await remaining(other)).toBe(50n);
    await client().settleCredits({ answerId: "a", credits: 50 }, other.as);
    expect(await remaining(other)).toBe(50n);
  });

  it("refuse amounts below zero and more than was reserved", async () => {
    const user = await newUser(running);
    expect((await failureOf(client().reserveCredits({ answerId: "a", credits: -1 }, user.as))).reason).toBe("INVALID_REQUEST");
    expect((await failureOf(client().consumeCharacters({ jobId: "j", characters: -1n }, user.as))).reason).toBe("INVALID_REQUEST");
    await client().reserveCredits({ answerId: "a", credits: 1 }, user.as);
    expect((await failureOf(client().settleCredits({ answerId: "a", credits: 2 }, user.as))).reason).toBe("INVALID_REQUEST");
    expect(await remaining(user)).toBe(49n);
  });

  it("are counted on the self-hosted plan, too, which never runs out", async () => {
    const user = await newUser(running, "self-hosted");
    const full = await remaining(user);
    const answers = Array.from({ length: 20 }, (_, index) => `a${index}`);
    for (const answerId of answers) await client().reserveCredits({ answerId, credits: 10 }, user.as);
    await Promise.all(answers.map((answerId) => client().settleCredits({ answerId, credits: 10 }, user.as)));
    await client().settleCredits({ answerId: "a19", credits: 10 }, user.as);
    expect(await remaining(user)).toBe(full - 200n);
  });

  it("follow a change of plan at once", async () => {
    const user = await newUser(running, "standard");
    await client().reserveCredits({ answerId: "a", credits: 100 }, user.as);
    await client().setPlan({ planName: "free" }, user.as);
    await client().settleCredits({ answerId: "a", credits: 100 }, user.as);
    expect((await failureOf(client().reserveCredits({ answerId: "b", credits: 1 }, user.as))).reason).toBe("CREDITS_EXHAUSTED");
    await client().setPlan({ planName: "professional" }, user.as);
    expect(await remaining(user)).toBe(49_900n);
  });
});

describe("a ledger that several processes change", () => {
  it("gives away each place once", async () => {
    await using running = await startAccount();
    const places = running.running.ports.documents.collection<ChatbotPlaces>({ name: "account.places" });
    const replicas = Array.from({ length: 4 }, () => createLedger(places, noPlaces));
    const tenant = asTenant("user");
    const calls = Array.from({ length: 25 }, (_, round) =>
      replicas.map((replica, index) => replica.change(tenant, (data) => takePlace(data, `bot ${round}.${index}`, 30))),
    );
    const taken = await Promise.allSettled(calls.flat());
    expect(taken.filter((result) => result.status === "fulfilled")).toHaveLength(30);
    expect(new Set((await places.get(tenant, "ledger"))?.data.chatbotIds).size).toBe(30);
  });
});
