import { asTenant } from "@parlance/ports";
import { ConnectError, Code } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { AppError, createLogger, logFor, Secret, type LoggerOptions } from "./index.ts";

function recording(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const log = createLogger({
    service: "chat",
    pretty: false,
    destination: { write: (line: string) => void lines.push(line) },
    ...options,
  });
  return { log, lines, last: (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? "{}") };
}

describe("logger", () => {
  test("writes one JSON object a line, with the service and the fields given", () => {
    const { log, lines, last } = recording();
    log.info({ jobId: "7" }, "job started");
    expect(lines).toHaveLength(1);
    expect(last()).toMatchObject({ level: 30, service: "chat", jobId: "7", msg: "job started" });
    log.debug("not at this level");
    expect(lines).toHaveLength(1);
  });

  test("names request, user and trace of a call", () => {
    const { log, last } = recording();
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    logFor(log, { tenant: asTenant("u1"), requestId: "r1", traceparent }).info("call served");
    expect(last()).toMatchObject({ tenantId: "u1", requestId: "r1", traceId: "0af7651916cd43dd8448eb211c80319c" });
  });

  test("prints an error with its causes, and nothing that libraries hang on their errors", () => {
    const { log, last } = recording();
    const upstream = new ConnectError("down", Code.Unavailable, { authorization: "Bearer hunter2" });
    log.error(
      { err: new AppError("MODEL_UNAVAILABLE", { cause: Object.assign(upstream, { body: "what was typed" }) }) },
      "call failed",
    );
    const { err } = last();
    expect(err).toMatchObject({
      type: "AppError",
      code: "MODEL_UNAVAILABLE",
      cause: { type: "ConnectError", message: "[unavailable] down" },
    });
    expect(JSON.stringify(err)).not.toMatch(/hunter2|typed/);
  });

  test("does not repeat text that could not be parsed", () => {
    const { log, last } = recording();
    try {
      JSON.parse('my card is "4111"');
    } catch (err) {
      log.warn({ err }, "answer cannot be read");
    }
    expect(JSON.stringify(last())).not.toMatch(/card|4111/);
  });

  test("masks fields that hold a credential", () => {
    const { log, lines } = recording();
    log.info({ apiKey: "hunter2", request: { authorization: "hunter2" }, key: new Secret("hunter2") }, "settings read");
    expect(lines.join("")).not.toContain("hunter2");
  });

  test("is readable by eye where asked", () => {
    const { log, lines } = recording({ pretty: true });
    log.info({ jobId: "7" }, "job started");
    expect(lines.join("")).toMatch(/^\[\d\d:\d\d:\d\d\] INFO: chat: job started \{"jobId":"7"\}\n$/);
  });
});
