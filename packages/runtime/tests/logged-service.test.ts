import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger, defineService } from "@parlance/platform";
import { expect, onTestFinished, test } from "vitest";
import { run } from "../src/index.ts";

test("a record names one service, since collectors of logs refuse a name that stands in it twice", async () => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-logged-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const lines: string[] = [];
  const log = createLogger({ pretty: false, destination: { write: (line) => void lines.push(line) } });
  const telling = (name: "chat" | "retrieval") =>
    defineService({
      name,
      config: {},
      needs: [],
      ports: [],
      create: (made) => {
        made.log.info("made");
        return {};
      },
    });
  const env = { PARLANCE_DATA_DIR: folder, PARLANCE_RPC_PORT: "0" };
  const running = await run([telling("chat"), telling("retrieval")], { env, log });
  running.log.info("runs");
  await running.stop();
  const named = lines.map((line) => [...line.matchAll(/"service":"(\w+)"/g)].map(([, name]) => name));
  expect(named).toEqual(lines.map(() => [expect.any(String)]));
  expect(named.flat()).toEqual(expect.arrayContaining(["chat", "retrieval", "parlance"]));
});
