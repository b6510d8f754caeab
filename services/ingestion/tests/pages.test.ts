import type { ServerResponse } from "node:http";
import { until } from "@parlance/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openStores } from "../src/domain/stores.ts";
import { htmlPage, startSite, type Site, type SitePage } from "./site.ts";
import {
  crawling,
  embedded,
  failureOf,
  found,
  newChatbot,
  startTraining,
  trained,
  type TestChatbot,
  type Training,
} from "./support.ts";

const long = (word: string) => `<p>${`The ${word} is described here at some length. `.repeat(12)}</p>`;

describe("pages", { timeout: 60_000 }, () => {
  let training: Training;
  beforeAll(async () => {
    training = await startTraining({ env: crawling });
  });
  afterAll(() => training[Symbol.asyncDispose]());
  const start = (chatbot: TestChatbot, request: object) =>
    training.process.clients.ingestion.startJob({ chatbotId: chatbot.chatbotId, ...request }, chatbot.as);
  const sources = async (chatbot: TestChatbot) =>
    (await training.process.clients.ingestion.listSources({ chatbotId: chatbot.chatbotId }, chatbot.as)).sources;

  it("are learned with their title and headings, without what stands around their text", async () => {
    await using site = await startSite({
      "/returns": htmlPage("Returns", `<h2>Refunds</h2>${long("refund")}<h2>Mugs</h2>${long("mug")}`),
    });
    const chatbot = await newChatbot(training.process);
    const reply = await start(chatbot, { urls: [`${site.base}/returns`] });
    expect(reply.sources.map(({ type, name, characters }) => [type, name, Number(characters)])).toEqual([
      ["website", `${site.base}/returns`, 0],
    ]);
    expect((await trained(training.process, chatbot)).failedSources).toEqual([]);
    const { hits } = await training.process.clients.retrieval.search({ chatbotId: chatbot.chatbotId, query: "mug" }, chatbot.as);
    expect(hits[0]).toMatchObject({ title: "Returns", sourceType: "website", sourceName: `${site.base}/returns` });
    expect(hits[0]?.text.startsWith("## Mugs")).toBe(true);
    expect(await found(training.process, chatbot, "imprint home shop refund")).not.toContain(expect.stringContaining("Imprint"));
    expect(Number((await sources(chatbot))[0]?.characters)).toBeGreaterThan(1_000);
  });

  it("are one source whatever the spelling of their address, and crawled again when they are named again", async () => {
    await using site = await startSite({ "/": htmlPage("Home", long("first")) });
    const chatbot = await newChatbot(training.process);
    const upper = site.base.toUpperCase();
    await start(chatbot, { urls: [site.base, `${upper}/#top`, `${site.base}/`] });
    await trained(training.process, chatbot);
    expect(site.asked).toEqual(["/"]);
    site.pages.set("/", htmlPage("Home", long("second")));
    await start(chatbot, { urls: [`${upper}/`] });
    await trained(training.process, chatbot);
    expect(await sources(chatbot)).toHaveLength(1);
    expect((await found(training.process, chatbot, "first second described")).some((text) => text.includes("first"))).toBe(false);
    const before = embedded(training);
    await start(chatbot, { urls: [site.base] });
    await trained(training.process, chatbot);
    expect(embedded(training)).toBe(before);
    await start(chatbot, { deletes: [{ type: "website", url: `${upper}#x` }] });
    await trained(training.process, chatbot);
    expect(await sources(chatbot)).toEqual([]);
    expect(await found(training.process, chatbot, "first second described")).toEqual([]);
  });

  it("that fail keep what was known of them, and say why in words an owner understands", async () => {
    await using site = await startSite({
      "/known": htmlPage("Known", long("known")),
      "/robots.txt": { type: "text/plain", body: "User-agent: *\nDisallow: /private" },
      "/private": htmlPage("Private", long("secret")),
      "/moved": { body: "", status: 302, headers: { location: "/private" } },
      "/inside": { body: "", status: 302, headers: { location: "http://169.254.169.254/latest" } },
      "/loop": { body: "", status: 302, headers: { location: "/loop" } },
      "/image": { type: "image/png", body: Buffer.from("89504e470d0a1a0a", "hex") },
      "/empty": { body: "<html><body><script>x()</script></body></html>" },
      "/broken": { body: "", status: 500 },
      "/pdf": { type: "application/pdf", body: "%PDF-1.7 broken" },
      "/good": htmlPage("Good", long("good")),
    });
    const chatbot = await newChatbot(training.process);
    await start(chatbot, { urls: [`${site.base}/known`] });
    await trained(training.process, chatbot);
    site.pages.set("/known", { body: "gone", status: 404 });
    const names = ["known", "private", "moved", "inside", "loop", "image", "empty", "broken", "pdf", "good"];
    await start(chatbot, { urls: names.map((name) => `${site.base}/${name}`) });
    const status = await trained(training.process, chatbot);
    expect(Object.fromEntries(status.failedSources.map(({ name, reason }) => [name.slice(site.base.length + 1), reason]))).toEqual({
      known: "The page does not exist (404)",
      private: "The site's robots.txt forbids reading this page",
      moved: "The site's robots.txt forbids reading this page",
      inside: "The address does not lead to the public internet",
      loop: "The address redirects more than 5 times, perhaps in a circle",
      image: "Documents of this kind cannot be read (image/png)",
      empty: "No text was found on the page; text that scripts add in the browser cannot be read",
      broken: "The site had a problem of its own (500)",
      pdf: "The PDF is damaged and cannot be read",
    });
    expect(status.jobs[0]?.state).toBe("completed_with_failures");
    const texts = await found(training.process, chatbot, "known good described");
    expect(texts.some((text) => text.includes("The known"))).toBe(true);
    expect(texts.some((text) => text.includes("The good"))).toBe(true);
    expect(site.asked.filter((path) => path === "/private")).toHaveLength(1);
  });

  it("that no answer comes from say what keeps the site from being reached, and not what became of its robots.txt", async () => {
    await using site = await startSite({ "/a": htmlPage("A", long("a")) });
    const { port } = new URL(site.base);
    const chatbot = await newChatbot(training.process);
    await start(chatbot, { urls: ["http://no-such-host.invalid/a", `https://127.0.0.1:${port}/a`, "http://127.0.0.2:3999/a"] });
    const { failedSources } = await trained(training.process, chatbot);
    expect(failedSources.map(({ reason }) => reason)).toEqual([
      "The host of the address was not found",
      "No trusted encrypted connection could be made to the address",
      "The address could not be reached",
    ]);
  });

  it("are cut to what the plan leaves, which is no failure, and charged", async () => {
    await using site = await startSite({
      "/a": { type: "text/plain", body: "A line of text.\n".repeat(20_000) },
      "/b": { type: "text/plain", body: "Another line.\n".repeat(20_000) },
    });
    const more = Array.from({ length: 10 }, (_, i) => `/more-${i}`);
    for (const path of more) site.pages.set(path, { type: "text/plain", body: "A third line.\n" });
    const chatbot = await newChatbot(training.process, { planName: "free" });
    await start(chatbot, { urls: ["/a", "/b", ...more].map((path) => site.base + path) });
    const status = await trained(training.process, chatbot);
    expect(status.failedSources).toEqual([]);
    expect((await sources(chatbot)).map(({ characters }) => Number(characters))).toEqual([320_000, 180_000, ...more.map(() => 0)]);
    // Those that were fetched ahead are not learned, and no more are fetched.
    expect(site.asked.length).toBeLessThanOrEqual(5);
    const { plan, remainingTrainingCharacters } = await training.process.clients.account.getAccount({}, chatbot.as);
    expect(Number(remainingTrainingCharacters)).toBe(Math.max(0, Number(plan?.refreshingTrainingCharacters) - 500_000));
  });

  it("are fetched with the cookies of the call, of which nothing is left afterwards", async () => {
    await using site = await startSite({ "/": htmlPage("Members", long("member")) });
    const chatbot = await newChatbot(training.process);
    const cookies = "session=very-secret-cookie";
    await start(chatbot, { urls: [site.base], pageOptions: { cookies, extractMainContent: true } });
    await trained(training.process, chatbot);
    expect(site.cookies).toEqual([cookies]);
    const blobs = await training.process.running.ports.blobs.list(`${chatbot.user}/${chatbot.chatbotId}/`, { limit: 100 });
    expect(blobs.filter((key) => key.includes("/jobs/"))).toEqual([]);
  });

  it("are fetched with cookies of any characters", async () => {
    await using site = await startSite({ "/": htmlPage("Members", long("member")) });
    const chatbot = await newChatbot(training.process);
    await start(chatbot, { urls: [site.base], pageOptions: { cookies: "name=привет\u0001; größe=1" } });
    expect((await trained(training.process, chatbot)).failedSources).toEqual([]);
    expect(site.cookies.map((cookie) => Buffer.from(cookie ?? "", "latin1").toString())).toEqual(["name=привет; größe=1"]);
  });

  it("are read by the selectors of the call, which are refused when they cannot be read", async () => {
    const page = `<div class="a">Alpha part.<span class="x">Left out.</span></div><div class="b">Beta part.</div>`;
    await using site = await startSite({ "/": { body: `<html><body>${page}</body></html>` } });
    const chatbot = await newChatbot(training.process);
    for (const field of ["includeOnlyTags", "excludeTags"]) {
      for (const selectors of ["div[", "a ".repeat(5_001)]) {
        const refused = await failureOf(start(chatbot, { urls: [site.base], pageOptions: { [field]: selectors } }));
        expect(refused).toMatchObject({ reason: "INVALID_REQUEST" });
      }
    }
    expect(await sources(chatbot)).toEqual([]);
    await start(chatbot, { urls: [site.base], pageOptions: { includeOnlyTags: ".a, h1", excludeTags: ".x" } });
    await trained(training.process, chatbot);
    expect(await found(training.process, chatbot, "alpha beta part left out")).toEqual(["Alpha part."]);
  });

  it("are fetched a few at once, at most two of a host, and take effect in their order", async () => {
    const open: (() => void)[] = [];
    let most = 0;
    const held: SitePage = (request, response) => {
      open.push(() => {
        response.setHeader("content-type", "text/plain");
        response.end(`The page ${request.url ?? ""} of ${request.headers.host ?? ""}.`);
      });
      most = Math.max(most, open.length);
    };
    const paths = Array.from({ length: 3 }, (_, i) => `/page-${i}`);
    const pages = Object.fromEntries(paths.map((path) => [path, held]));
    await using first = await startSite(pages);
    await using second = await startSite(pages);
    const urls = paths.flatMap((path) => [first.base + path, second.base + path]);
    const chatbot = await newChatbot(training.process);
    await start(chatbot, { urls });
    await until("four are under way", () => open.length === 4);
    expect([first.asked.length, second.asked.length]).toEqual([2, 2]);
    // Answered in the wrong order.
    for (let asked = 0; asked < urls.length; asked++) (await until("a page is under way", () => open.pop()))();
    await trained(training.process, chatbot);
    expect(most).toBe(4);
    const learned = await sources(chatbot);
    expect(learned.map(({ name }) => name)).toEqual(urls);
    expect(learned.every(({ characters }) => characters > 0n)).toBe(true);
  });

  it("are looked through once a crawl, and not for each of them", async () => {
    const paths = Array.from({ length: 12 }, (_, i) => `/page-${i}`);
    await using site = await startSite(Object.fromEntries(paths.map((path) => [path, htmlPage(path, `<p>This is ${path}.</p>`)])));
    const looking = vi.spyOn(openStores(training.process.running.ports.documents).pages, "find");
    const chatbot = await newChatbot(training.process);
    await start(chatbot, { urls: paths.map((path) => site.base + path) });
    await trained(training.process, chatbot);
    expect(looking.mock.calls.length).toBeLessThan(paths.length);
    looking.mockRestore();
  });

  it("wait for a host that asks for a pause, all of that host", async () => {
    let refused = 0;
    const times: number[] = [];
    const busy: SitePage = (_, response) => {
      times.push(Date.now());
      response.writeHead(refused === 0 ? 429 : 200, { "content-type": "text/plain", "retry-after": "1" });
      refused++;
      response.end("Learned in the end.");
    };
    await using site = await startSite({ "/a": busy, "/b": busy, "/c": busy, "/d": busy });
    const chatbot = await newChatbot(training.process);
    await start(chatbot, { urls: ["/a", "/b", "/c", "/d"].map((path) => site.base + path) });
    expect((await trained(training.process, chatbot)).failedSources).toEqual([]);
    const [first = 0, ...later] = times;
    expect(later).toHaveLength(4);
    // One request may have been under way when the pause was asked for.
    expect(later.filter((time) => time < first + 1_000).length).toBeLessThanOrEqual(1);
  });

  it("that fail for a moment are asked for again, and those that fail for good are not asked for for ever", async () => {
    const text = (response: ServerResponse) => response.writeHead(200, { "content-type": "text/plain" }).end("Learned in the end.");
    const after = (times: number, fail: (response: ServerResponse) => void): SitePage => {
      let asked = 0;
      return (_, response) => (asked++ < times ? fail(response) : text(response));
    };
    const status =
      (code: number, headers: Record<string, string> = {}) =>
      (response: ServerResponse) =>
        void response.writeHead(code, headers).end();
    await using site = await startSite({
      "/500": after(1, status(500)),
      "/503": after(1, status(503)),
      "/429": after(1, status(429)),
      "/past": after(1, status(503, { "retry-after": "Mon, 01 Jan 2024 00:00:00 GMT" })),
      "/part": after(1, status(429, { "retry-after": "0.2" })),
      "/again-and-again": after(4, status(429, { "retry-after": "0" })),
      "/cut": after(1, (response) => response.writeHead(200, { "content-length": 100 }).write("half", () => response.destroy())),
      "/broken": (_, response) => status(500)(response),
      "/busy": (_, response) => status(429, { "retry-after": "0" })(response),
      "/long": (_, response) => status(503, { "retry-after": "3600" })(response),
      "/gone": { status: 404, body: "" },
    });
    const paths = [...site.pages.keys()];
    const chatbot = await newChatbot(training.process);
    await start(chatbot, { urls: paths.map((path) => site.base + path) });
    const { failedSources } = await trained(training.process, chatbot);
    expect(failedSources.map(({ name, reason }) => [name.slice(site.base.length), reason])).toEqual([
      ["/broken", "The site had a problem of its own (500)"],
      ["/busy", "The site asks to be left alone for a while (429)"],
      ["/long", "The site had a problem of its own (503)"],
      ["/gone", "The page does not exist (404)"],
    ]);
    const asked = paths.map((path) => [path, site.asked.filter((other) => other === path).length]);
    expect(Object.fromEntries(asked)).toEqual({
      "/500": 2,
      "/503": 2,
      "/429": 2,
      "/past": 2,
      "/part": 2,
      "/again-and-again": 5,
      "/cut": 2,
      "/broken": 2,
      "/busy": 5,
      "/long": 1,
      "/gone": 1,
    });
  });

  it("of a site that answers none after the other are left in the end, those of others are not", async () => {
    const pages = Array.from({ length: 20 }, (_, i) => `/page-${i}`);
    await using busy = await startSite(
      Object.fromEntries(pages.map((path) => [path, { body: "", status: 503, headers: { "retry-after": "3600" } }])),
    );
    await using good = await startSite({ "/good": htmlPage("Good", long("good")) });
    const chatbot = await newChatbot(training.process);
    await start(chatbot, { urls: [...pages.map((path) => busy.base + path), `${good.base}/good`] });
    const { failedSources } = await trained(training.process, chatbot);
    expect(failedSources.map(({ name }) => name)).toEqual(pages.map((path) => busy.base + path));
    expect(failedSources.at(-1)?.reason).toBe(
      "The site left one page after another without an answer, so this one was not asked for; train on it again later",
    );
    // One may be under way when it is given up.
    expect(busy.asked.length).toBeLessThan(10);
  });

  it("of a site that is busy for ever are waited for once, and not each of them", async () => {
    const pages = Array.from({ length: 20 }, (_, i) => `/page-${i}`);
    const busy: SitePage = { body: "", status: 429, headers: { "retry-after": "0" } };
    await using site = await startSite(Object.fromEntries(pages.map((path) => [path, busy])));
    const chatbot = await newChatbot(training.process);
    await start(chatbot, { urls: pages.map((path) => site.base + path) });
    expect((await trained(training.process, chatbot)).failedSources).toHaveLength(pages.length);
    // Four pages beside each other five times each, and some of the others once.
    expect(site.asked.length).toBeLessThan(30);
  });

  it("are not asked for any more when their training is cancelled", async () => {
    const open: (() => void)[] = [];
    const slow: SitePage = (_, response) => void open.push(() => response.end());
    const paths = Array.from({ length: 6 }, (_, i) => `/slow-${i}`);
    await using site = await startSite(Object.fromEntries(paths.map((path) => [path, slow])));
    const chatbot = await newChatbot(training.process);
    await start(chatbot, { urls: paths.map((path) => site.base + path) });
    await until("two slow pages are asked for", () => site.asked.length === 2);
    await training.process.clients.ingestion.cancelJobs({ chatbotId: chatbot.chatbotId }, chatbot.as);
    await until("the job has ended", async () => {
      const { jobs } = await training.process.clients.ingestion.getTrainingStatus({ chatbotId: chatbot.chatbotId }, chatbot.as);
      return jobs[0]?.state === "cancelled" && jobs[0].endTime !== undefined;
    });
    for (const end of open) end();
    await start(chatbot, { text: "Something else is learned meanwhile." });
    await trained(training.process, chatbot);
    expect(site.asked).toHaveLength(2);
    expect((await sources(chatbot)).map(({ type }) => type)).toEqual(["text"]);
  });
});

describe("pages by default", { timeout: 60_000 }, () => {
  it("are never fetched from inside the network", async () => {
    await using training = await startTraining();
    await using site: Site = await startSite({ "/": htmlPage("Inside", long("inside")) });
    const chatbot = await newChatbot(training.process);
    const { port } = new URL(site.base);
    const urls = [site.base, `http://localhost:${port}`, `http://[::ffff:127.0.0.1]:${port}`, `http://2130706433:${port}`];
    await training.process.clients.ingestion.startJob({ chatbotId: chatbot.chatbotId, urls }, chatbot.as);
    const status = await trained(training.process, chatbot);
    expect(new Set(status.failedSources.map(({ reason }) => reason))).toEqual(
      new Set(["The address does not lead to the public internet"]),
    );
    expect(site.asked).toEqual([]);
  });
});
