import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { clearInterval, setInterval } from "node:timers";
import { setTimeout } from "node:timers/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Program, until } from "@parlance/testkit";
import { expect, onTestFinished, test } from "vitest";

async function start(child: string, env: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "parlance-signals-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return new Program({
    main: new URL(child, import.meta.url),
    env: { PARLANCE_PORT: "0", PARLANCE_RPC_PORT: "0", PARLANCE_DATA_DIR: folder, ...env },
  });
}

test.each(["SIGTERM", "SIGINT"] as const)(
  "the same %s several times, as whoever ends a group of processes sends it, cuts no call off",
  async (signal) => {
    const program = await start("signals-child.ts");
    await program.says(/asked/);
    const code = program.end(signal);
    await program.says(/"stopping"/);
    void program.end(signal);
    void program.end("SIGHUP");
    expect(await code).toBe(0);
    expect(program.output).toContain("answered");
  },
);

test("signals that go on until the process is gone leave its status as it was", async () => {
  const program = await start("signals-child.ts");
  await program.says(/asked/);
  const code = program.end("SIGHUP");
  const again = setInterval(() => void program.end("SIGINT"), 1);
  onTestFinished(() => clearInterval(again));
  expect(await code).toBe(0);
});

test("an event that is being handled gets the time that a stop has for calls, and does not keep the stop from its end", async () => {
  const program = await start("handling-child.ts", { PARLANCE_DRAIN_TIMEOUT_MS: "50" });
  await program.says(/handling/);
  expect(await program.end("SIGTERM")).toBe(0);
  expect(program.output).not.toContain("did not stop in time");
});

test("a start that hangs ends when it is told to a second time", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void silent.close());
  await once(silent, "listening");
  const url = `mongodb://127.0.0.1:${(silent.address() as AddressInfo).port}/parlance`;
  const program = await start("starting-child.ts", { PARLANCE_DOCUMENTS_URL: url, PARLANCE_RPC_TOKEN: "t".repeat(32) });
  await once(silent, "connection");
  await until("it has ended", async () => {
    await Promise.race([program.end("SIGTERM"), setTimeout(300)]);
    return !program.running;
  });
  expect(await program.ended()).toBe(143);
});
