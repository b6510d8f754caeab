import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "@parlance/engines";
import { Program } from "@parlance/testkit";
import { expect, onTestFinished, test } from "vitest";
import { Rest } from "./_rest.ts";

/** Runs before everything else in each thread of the program: no sync succeeds while the file is there. */
const failSyncs = `
  import fs from "node:fs";
  import { syncBuiltinESMExports } from "node:module";
  const sync = fs.fdatasyncSync;
  fs.fdatasyncSync = (file) => {
    if (fs.existsSync(process.env.DISK_FAILS)) throw Object.assign(new Error("EIO: i/o error, fdatasync"), { code: "EIO" });
    return sync(file);
  };
  syncBuiltinESMExports();
`;

async function openOnFailingDisk() {
  const folder = await mkdtemp(join(tmpdir(), "parlance-disk-"));
  const fault = join(folder, "fault");
  const [port = 0, rpcPort = 0] = await freePorts(2);
  const program = new Program({
    main: new URL("../src/main.ts", import.meta.url),
    env: {
      PARLANCE_PORT: String(port),
      PARLANCE_RPC_PORT: String(rpcPort),
      PARLANCE_DATA_DIR: join(folder, "data"),
      DISK_FAILS: fault,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(failSyncs)}`,
    },
  });
  onTestFinished(async () => {
    await program.end("SIGKILL");
    await rm(folder, { recursive: true });
  });
  await program.says(/ready at/);
  const key = (await readFile(join(folder, "data", "api-key"), "utf8")).trim();
  return {
    program,
    rest: new Rest(`http://127.0.0.1:${port}`, key),
    fail: () => writeFile(fault, ""),
    work: () => rm(fault),
    loseData: () => rm(join(folder, "data"), { recursive: true }),
  };
}

const chatbot = { chatbotName: "Shop", sourceText: "Parcels to the islands take three days." };

test("a disk that fails costs no read and no acknowledged write, and is written to again once it works", async () => {
  const { program, rest, fail, work } = await openOnFailingDisk();
  const { chatbotId } = await rest.json<{ chatbotId: string }>("POST", "/create-chatbot", chatbot);
  await fail();
  const refused = await rest.send("POST", "/create-chatbot", chatbot);
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  await program.says(/nothing can be written until the disk works/);
  expect(await rest.progress(chatbotId)).toBeGreaterThanOrEqual(0);
  expect(program.output).toContain("The disk fails");

  await work();
  await program.says(/the disk works again/);
  await expect
    .poll(
      () =>
        rest.send("POST", "/create-chatbot", chatbot).then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: 30_000, interval: 100 },
    )
    .toBe(200);
  expect(await rest.progress(chatbotId)).toBeGreaterThanOrEqual(0);
  expect(await program.end("SIGTERM")).toBe(0);
});

test("a data folder that was deleted ends the process, with status 1", async () => {
  const { program, rest, fail, loseData } = await openOnFailingDisk();
  await fail();
  await loseData();
  await rest.send("POST", "/create-chatbot", chatbot);
  await program.says(/the process cannot go on/);
  await expect.poll(() => program.running, { timeout: 30_000 }).toBe(false);
});
