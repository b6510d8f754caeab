import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scratch, startParlance, type Parlance, type Scratch } from "./_cli.ts";

const main = "The mill grinds rye every Thursday. Tours of the mill start at ten and last ninety minutes.";
const html = `<html><head><title>The mill</title></head><body><nav>Home</nav><main><p>${main}</p></main></body></html>`;

let folder: Scratch;
let parlance: Parlance;
let site: Server;
let base: string;
beforeAll(async () => {
  folder = await scratch();
  parlance = await startParlance(folder.path("data"), { PARLANCE_EGRESS_ALLOW: "127.0.0.0/8", PARLANCE_CRAWL_PAUSE_MS: "20" });
  site = createServer((request, response) => {
    response.writeHead(request.url === "/mill" ? 200 : 404, { "content-type": "text/html" });
    response.end(request.url === "/mill" ? html : "");
  });
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  base = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await parlance.stop();
  site.close();
  await folder[Symbol.asyncDispose]();
});

describe("train --page", () => {
  it("learns a page, says how much it knows now, and answers from it", async () => {
    await parlance.json(["chatbots", "create", "Mill"]);
    const run = await parlance.cli(["train", "Mill", "--page", `${base}/mill`], { isWatched: true });
    const characters = `# The mill\n\n${main}`.length;
    expect(run).toMatchObject({ code: 0, out: `Done. The chatbot knows ${characters} characters.\n` });
    expect(run.err).toMatch(/sending/);
    expect((await parlance.cli(["ask", "Mill", "When do tours start?"])).out).toContain("start at ten");
  });

  it("ends with 1 and says why when a page cannot be read, for a person and for a script", async () => {
    await parlance.json(["chatbots", "create", "Half"]);
    const args = ["train", "Half", "--page", `${base}/mill`, "--page", `${base}/gone`];
    const run = await parlance.cli(args);
    expect(run.code).toBe(1);
    expect(run.out + run.err).toContain(`website ${base}/gone: The page does not exist (404)`);
    const { code, out } = await parlance.cli([...args, "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      failedSources: [{ name: `${base}/gone`, type: "website", reason: "The page does not exist (404)" }],
    });
    expect((await parlance.cli(["ask", "Half", "When do tours start?"])).out).toContain("start at ten");
  });
});
