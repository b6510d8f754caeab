import type { RequestListener } from "node:http";
import { describe, expect, test } from "vitest";
import { createRobots, createSafeFetch, robotsUserAgent, type RobotsRules } from "../src/index.ts";
import { allow, publicAddress, startHttp, startTrap } from "./_servers.ts";

const safeFetch = createSafeFetch({ allow });

async function site(handle: RequestListener, timeoutMs = 5_000) {
  const server = await startHttp(handle);
  let time = 0;
  const robots = createRobots({ safeFetch, now: () => time, timeoutMs });
  const rules = () => robots.rulesFor(`${server.url}/some/page`);
  return { ...server, robots, rules, pass: (ms: number) => (time += ms) };
}

const allows = (rules: RobotsRules, base: string, path: string) => rules.isAllowed(`${base}${path}`);

describe("robots.txt", () => {
  test("is obeyed by the most specific rule of our own group, and by that of everyone without one", async () => {
    const { url, rules } = await site((request, response) => {
      expect(request.headers["user-agent"]).toBe(robotsUserAgent);
      expect(request.url).toBe("/robots.txt");
      response.end(
        "\uFEFFUser-agent: *\nDisallow: /\n\nUser-agent: parlancebot\nDisallow: /private\nAllow: /private/open$\nCrawl-delay: 2\n" +
          "Sitemap: https://example.org/sitemap.xml\n",
      );
    });
    const found = await rules();
    expect(["/", "/private/x", "/private/open", "/private/open/x"].map((path) => allows(found, url, path))).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(found.crawlDelayMs).toBe(2_000);
    expect(found.isAllowed("https://example.org/")).toBe(false);
  });

  test.each([401, 403, 404, 410])("that answers %i allows everything", async (status) => {
    const { url, rules } = await site((_request, response) => response.writeHead(status).end("User-agent: *\nDisallow: /"));
    expect(allows(await rules(), url, "/any")).toBe(true);
  });

  test.each([500, 503])("that answers %i allows nothing, and is asked again soon", async (status) => {
    let broken = true;
    const { url, rules, pass } = await site((_request, response) => response.writeHead(broken ? status : 404).end());
    expect(allows(await rules(), url, "/any")).toBe(false);
    broken = false;
    expect(allows(await rules(), url, "/any")).toBe(false);
    pass(10 * 60_000);
    expect(allows(await rules(), url, "/any")).toBe(true);
  });

  test.each(["is cut off", "answers 503"])("that %s once is asked for again after a pause, where that is wanted", async (how) => {
    let asked = 0;
    const { url, accepted } = await site((_request, response) => {
      if (++asked > 1) response.end("User-agent: *\nDisallow: /private");
      else if (how === "answers 503") response.writeHead(503).end();
      else response.destroy();
    });
    let pauses = 0;
    const robots = createRobots({ safeFetch, pause: () => Promise.resolve(void pauses++) });
    const found = await robots.rulesFor(url);
    expect([allows(found, url, "/any"), allows(found, url, "/private")]).toEqual([true, false]);
    expect([pauses, accepted()]).toEqual([1, 2]);
  });

  test("that never comes allows nothing", async () => {
    const { url, rules } = await site(() => {}, 100);
    expect(allows(await rules(), url, "/any")).toBe(false);
  });

  test("behind redirects is found, and one that redirects without end is none", async () => {
    const found = await site((request, response) => {
      if (request.url === "/robots.txt") response.writeHead(301, { location: "/other.txt" }).end();
      else response.end("User-agent: *\nDisallow: /private");
    });
    expect(allows(await found.rules(), found.url, "/private")).toBe(false);
    const circle = await site((_request, response) => response.writeHead(301, { location: "/robots.txt" }).end());
    expect(allows(await circle.rules(), circle.url, "/any")).toBe(true);
  });

  test("is read up to 500 KiB, and what stands there holds", async () => {
    const filler = `# ${"x".repeat(97)}\n`.repeat(6_000);
    const { url, rules } = await site((_request, response) =>
      response.end(`User-agent: *\nDisallow: /early\n${filler}\nDisallow: /late\n`),
    );
    const found = await rules();
    expect([allows(found, url, "/early"), allows(found, url, "/late")]).toEqual([false, true]);
  });

  test("is read up to 10,000 wildcards, each of which is compared with all of an address", async () => {
    const filler = `Disallow: /${"*a".repeat(100)}$\n`.repeat(100);
    const { url, rules } = await site((_request, response) =>
      response.end(`User-agent: *\nDisallow: /early\n${filler}Disallow: /late\n`),
    );
    const found = await rules();
    expect([allows(found, url, "/early"), allows(found, url, "/late")]).toEqual([false, true]);
  });

  test("is asked once for a day, by any number of callers at once", async () => {
    const { accepted, rules, pass } = await site((_request, response) => response.end("User-agent: *\nDisallow: /a"));
    await Promise.all([rules(), rules(), rules()]);
    pass(23 * 3_600_000);
    await rules();
    expect(accepted()).toBe(1);
    pass(2 * 3_600_000);
    await rules();
    expect(accepted()).toBe(2);
  });

  test("is asked again when those after it take much room, and not when they are small", async () => {
    let file = "";
    const server = await startHttp((_request, response) => response.end(file));
    const robots = createRobots({ safeFetch: createSafeFetch({ allow, resolve: async () => [publicAddress] }) });
    const read = async (name: string, count: number) => {
      for (let i = 0; i < count; i++) await robots.rulesFor(`http://${name}${i}.example:${server.port}/`);
      return server.accepted();
    };
    expect(await read("small", 40)).toBe(40);
    expect(await read("small", 40)).toBe(40);
    file = `User-agent: *\n${"# filler\n".repeat(50_000)}`;
    expect(await read("large", 40)).toBe(80);
    expect(await read("small", 1)).toBe(81);
  });

  test("of an internal address is not asked for, and allows nothing", async () => {
    const trap = await startTrap();
    const found = await createRobots({ safeFetch }).rulesFor(trap.url);
    expect(allows(found, trap.url, "/")).toBe(false);
    expect(trap.accepted()).toBe(0);
  });

  test("a caller that leaves ends its own wait alone", async () => {
    const arrived = Promise.withResolvers<() => void>();
    const { url, robots, rules } = await site((_request, response) => arrived.resolve(() => void response.end()));
    const control = new AbortController();
    const leaving = robots.rulesFor(url, { signal: control.signal });
    const staying = rules();
    const answer = await arrived.promise;
    control.abort(new Error("left"));
    await expect(leaving).rejects.toThrow("left");
    answer();
    expect(allows(await staying, url, "/")).toBe(true);
  });
});
