import { makeEvent } from "@parlance/platform";
import { asTenant } from "@parlance/ports";
import { failureOf, settableClock, transports, until } from "@parlance/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newUser, startAccount, type TestProcess } from "./support.ts";

describe.each(transports)("users over %s", (transport) => {
  let running: TestProcess;
  beforeAll(async () => {
    running = await startAccount({ transport });
  });
  afterAll(() => running.stop());

  it("have an e-mail address of their own, whatever its case, when made in parallel too", async () => {
    const made = await Promise.allSettled(
      ["Ann@Example.com", "ann@example.com", "ANN@EXAMPLE.COM"].map((email) => running.clients.account.createUser({ email })),
    );
    expect(made.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    expect((await failureOf(running.clients.account.createUser({ email: " ann@example.COM" }))).reason).toBe("USER_EXISTS");
  });

  it("are refused without an address, with an unknown plan, or with an id that is taken", async () => {
    const create = running.clients.account.createUser;
    expect((await failureOf(create({ email: "nobody" }))).reason).toBe("INVALID_REQUEST");
    expect((await failureOf(create({ email: "a@example.com", planName: "enterprise" }))).reason).toBe("PLAN_UNKNOWN");
    const { id } = await newUser(running);
    expect((await failureOf(create({ email: "b@example.com", userId: id }))).reason).toBe("USER_EXISTS");
    for (const userId of ["system", ".", "..", "a/b"]) {
      expect((await failureOf(create({ email: "c@example.com", userId }))).reason).toBe("INVALID_REQUEST");
    }
  });

  it("are listed oldest first in pages that hold each once", async () => {
    const ids = [await newUser(running), await newUser(running), await newUser(running)].map((user) => user.id);
    const listed: string[] = [];
    let pageToken = "";
    do {
      const page = await running.clients.account.listUsers({ pageSize: 2, pageToken });
      listed.push(...page.users.map((user) => user.userId));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.filter((id) => ids.includes(id)).toSorted()).toEqual(ids.toSorted());
  });

  it("that do not exist have no account", async () => {
    const nobody = running.as("0".repeat(24));
    expect((await failureOf(running.clients.account.getAccount({}, nobody))).reason).toBe("USER_NOT_FOUND");
    expect((await failureOf(running.clients.account.createApiKey({}, nobody))).reason).toBe("USER_NOT_FOUND");
    expect((await failureOf(running.clients.account.reserveCredits({ answerId: "a", credits: 1 }, nobody))).reason).toBe(
      "USER_NOT_FOUND",
    );
  });
});

describe("a deleted user", () => {
  it("is refused at once, leaves nothing behind but an id that nobody gets, and frees the address", async () => {
    await using running = await startAccount();
    const { account } = running.clients;
    const email = "gone@example.com";
    const { user } = await account.createUser({ email, name: "Gone", planName: "entry" });
    const id = user?.userId ?? "";
    const as = running.as(id);
    const { key } = await account.createApiKey({}, as);
    await account.createApiKey({}, as);
    await account.reserveCredits({ answerId: "a", credits: 1 }, as);
    await account.consumeCharacters({ jobId: "job", characters: 10n }, as);
    await account.reserveChatbot({ chatbotId: "bot" }, as);
    const other = await newUser(running);
    const { key: othersKey } = await account.createApiKey({}, other.as);

    await account.deleteUser({}, as);
    expect((await failureOf(account.authenticate({ apiKey: key }))).reason).toBe("API_KEY_INVALID");
    for (const call of [
      account.getAccount({}, as),
      account.createApiKey({}, as),
      account.setPlan({ planName: "standard" }, as),
      account.reserveChatbot({ chatbotId: "late" }, as),
      account.settleCredits({ answerId: "a", credits: 1 }, as),
    ]) {
      expect((await failureOf(call)).reason).toBe("USER_NOT_FOUND");
    }
    expect((await account.listUsers({})).users.map(({ userId }) => userId)).not.toContain(id);
    expect((await account.createUser({ email })).user?.email).toBe(email);
    expect((await failureOf(account.createUser({ email: "next@example.com", userId: id }))).reason).toBe("USER_EXISTS");
    await account.deleteUser({}, as);

    const { documents } = running.running.ports;
    const ledgers = ["account.credits", "account.characters", "account.places"].map((name) => documents.collection({ name }));
    await until("all is erased", async () => {
      const left = await Promise.all(ledgers.map((ledger) => ledger.get(asTenant(id), "ledger")));
      const { apiKeys } = await account.listApiKeys({}, as);
      return left.every((ledger) => ledger === undefined) && apiKeys.length === 0;
    });
    expect((await account.authenticate({ apiKey: othersKey })).userId).toBe(other.id);
  });

  it("is erased by whoever takes up the deletion after a crash, once more without harm", async () => {
    await using running = await startAccount();
    const { id, as } = await newUser(running);
    const { key } = await running.clients.account.createApiKey({}, as);
    await running.clients.account.deleteUser({}, as);
    const event = { identity: { tenant: asTenant(id) }, key: id, time: Date.now(), payload: { userId: id } };
    const again = makeEvent("account.user.deleted.v1", event);
    await running.running.ports.events.publish([again, again]);
    await until("the keys are gone", async () => (await running.clients.account.listApiKeys({}, as)).apiKeys.length === 0);
    expect((await failureOf(running.clients.account.authenticate({ apiKey: key }))).reason).toBe("API_KEY_INVALID");
    expect(await running.running.ports.events.deadLetters("account.account.user.deleted.v1", 10)).toEqual([]);
  });

  it("is not the first one, and not one that never was", async () => {
    await using running = await startAccount();
    const [first] = (await running.clients.account.listUsers({})).users;
    await newUser(running);
    const failed = await failureOf(running.clients.account.deleteUser({}, running.as(first?.userId ?? "")));
    expect(failed).toMatchObject({ reason: "PRECONDITION_FAILED", message: expect.stringContaining("The first user") });
    expect((await failureOf(running.clients.account.deleteUser({}, running.as("0".repeat(24))))).reason).toBe("USER_NOT_FOUND");
  });
});

describe("the first user", () => {
  it("is on the self-hosted plan, which limits nothing, or on the plan the installation is set to", async () => {
    await using free = await startAccount({ env: { PARLANCE_DEFAULT_PLAN: "entry" } });
    await using selfHosted = await startAccount();
    for (const [running, plan] of [[free, "entry"] as const, [selfHosted, "self-hosted"] as const]) {
      const [user] = (await running.clients.account.listUsers({})).users;
      expect(user?.planName).toBe(plan);
      expect((await running.clients.account.getAccount({}, running.as(user?.userId ?? ""))).plan?.name).toBe(plan);
    }
  });
});

describe("the request limit", () => {
  it("lets 600 requests of a user through in 60 seconds over all keys, and says when to come again", async () => {
    const { clock, advance } = settableClock();
    await using running = await startAccount({ clock });
    const user = await newUser(running);
    const made = await Promise.all([1, 2, 3].map(() => running.clients.account.createApiKey({}, user.as)));
    const ask = async (request: number) => {
      const answer = await running.clients.account.authenticate({ apiKey: made[request % 3]?.key ?? "" });
      return answer.rateLimit;
    };
    for (let request = 0; request < 600; request++) expect((await ask(request))?.retryAfterSeconds).toBe(0);
    expect(await ask(600)).toMatchObject({ limit: 600, remaining: 0, resetSeconds: 60, retryAfterSeconds: 60 });
    advance(59_000);
    expect(await ask(601)).toMatchObject({ retryAfterSeconds: 1 });
    advance(1_000);
    expect(await ask(602)).toMatchObject({ remaining: 599, retryAfterSeconds: 0 });
  });

  it("is not reset by a new key and can be set", async () => {
    const { clock } = settableClock();
    await using running = await startAccount({ clock, env: { PARLANCE_REQUESTS_PER_MINUTE: "2" } });
    const user = await newUser(running);
    const ask = async () => {
      const { key, apiKey } = await running.clients.account.createApiKey({}, user.as);
      const answer = await running.clients.account.authenticate({ apiKey: key });
      await running.clients.account.revokeApiKey({ apiKeyId: apiKey?.apiKeyId ?? "" }, user.as);
      return answer.rateLimit?.retryAfterSeconds;
    };
    expect([await ask(), await ask(), await ask()]).toEqual([0, 0, 60]);
  });
});

describe("the place of a chatbot", () => {
  it("becomes free when the chatbot is deleted", async () => {
    await using running = await startAccount();
    const user = await newUser(running);
    await running.clients.account.reserveChatbot({ chatbotId: "bot" }, user.as);
    const identity = { tenant: asTenant(user.id) };
    const event = makeEvent("chat.chatbot.deleted.v1", { identity, key: "bot", time: Date.now(), payload: { chatbotId: "bot" } });
    await running.running.ports.events.publish([event, event]);
    const taken = async () => (await running.clients.account.getAccount({}, user.as)).chatbots;
    expect(await taken()).toBeLessThanOrEqual(1);
    await until("the place is free", async () => (await taken()) === 0);
    await running.clients.account.reserveChatbot({ chatbotId: "next" }, user.as);
    expect(await taken()).toBe(1);
  });
});
