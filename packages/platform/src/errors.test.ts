import { readFile } from "node:fs/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import { common } from "@parlance/contracts";
import { ModelUnavailableError, StoreError, type StoreErrorKind } from "@parlance/ports";
import { describe, expect, test } from "vitest";
import { AppError, appErrorFrom, errorCatalogue, errorCodes, genericReasons, toConnectError, type ErrorReason } from "./index.ts";

const allCodes = Object.values(Code).filter((code) => typeof code === "number");
const reasons = Object.keys(errorCatalogue) as ErrorReason[];

describe("errors between services", () => {
  test("there are sixteen codes, and each means one reason of a kind with that code, or INTERNAL", () => {
    expect(allCodes).toHaveLength(16);
    for (const code of allCodes) {
      const { kind } = appErrorFrom(new ConnectError("text", code));
      const expected = [Code.Unknown, Code.DataLoss].includes(code) ? Code.Internal : code;
      expect(errorCodes[kind].code).toBe(expected);
    }
    expect(Object.keys(genericReasons)).toHaveLength(16);
  });

  test.each(reasons)("%s arrives as it was thrown", (reason) => {
    const sent = toConnectError(new AppError(reason, { metadata: { left: "7" } }));
    const received = new ConnectError(sent.rawMessage, sent.code, undefined, sent.details as never);
    const arrived = appErrorFrom(received);
    expect(arrived).toMatchObject({ reason, kind: errorCatalogue[reason].kind, metadata: { left: "7" }, message: sent.rawMessage });
  });

  test("an error without a reason keeps its text only where the text helps the caller", () => {
    expect(appErrorFrom(new ConnectError("page_size is 1 to 100", Code.InvalidArgument)).message).toBe("page_size is 1 to 100");
    expect(appErrorFrom(new ConnectError("connect ECONNREFUSED 10.0.0.7", Code.Unavailable)).message).not.toContain("10.0.0.7");
  });

  test("an unknown reason of a newer service is read by its code", () => {
    const detail = { desc: common.ErrorInfoSchema, value: { reason: "FROM_THE_FUTURE" } };
    expect(appErrorFrom(new ConnectError("no", Code.NotFound, undefined, [detail])).reason).toBe("NOT_FOUND");
  });

  test("an abort is CANCELED, a timeout DEADLINE_EXCEEDED", () => {
    expect(appErrorFrom(AbortSignal.abort().reason).reason).toBe("CANCELED");
    expect(appErrorFrom(new DOMException("late", "TimeoutError")).reason).toBe("DEADLINE_EXCEEDED");
  });

  test.each<[StoreErrorKind, ErrorReason]>([
    ["already_exists", "ALREADY_EXISTS"],
    ["version_conflict", "VERSION_CONFLICT"],
    ["invalid", "INVALID_REQUEST"],
    ["unavailable", "STORE_UNAVAILABLE"],
    ["corrupt", "INTERNAL"],
  ])("a store's %s is %s, without the store's text", (kind, reason) => {
    const error = appErrorFrom(new StoreError(kind, "/data/parlance.db"));
    expect(error.reason).toBe(reason);
    expect(toConnectError(error).message).not.toContain("parlance.db");
  });

  test("a model that cannot be reached is MODEL_UNAVAILABLE", () => {
    expect(appErrorFrom(new ModelUnavailableError("429 from https://model")).reason).toBe("MODEL_UNAVAILABLE");
  });

  test.each([new Error("the password is 1234"), "1234", undefined, null, { reason: "INTERNAL" }])(
    "anything else is INTERNAL and leaks nothing (%#)",
    (thrown) => {
      const error = appErrorFrom(thrown);
      expect(error.reason).toBe("INTERNAL");
      expect(error.cause).toBe(thrown);
      expect(toConnectError(error).message).toBe("[internal] Internal server error");
    },
  );

  test("an internal error keeps a better text to itself", () => {
    expect(toConnectError(new AppError("INTERNAL", { message: "row 7 is torn" })).rawMessage).toBe("Internal server error");
  });
});

describe("docs/errors.md", () => {
  const row = /^\| `([A-Z_]+)` \| (\w+) \| (\w+) \| (\d+) \| (.+?) \| (.+?) \|$/;

  test("lists exactly the reasons of the catalogue, with kind, code, status and message, and says what to do", async () => {
    const page = await readFile(new URL("../../../docs/errors.md", import.meta.url), "utf8");
    const documented = page.split("\n").flatMap((line) => {
      const [, reason, kind, code, status, message, action] = row.exec(line) ?? [];
      return reason === undefined ? [] : [{ reason, kind, code, status, message, told: (action ?? "").length > 3 }];
    });
    const inCatalogue = reasons.map((reason) => {
      const { kind, message } = errorCatalogue[reason];
      const { code, httpStatus } = errorCodes[kind];
      return { reason, kind, code: Code[code], status: String(httpStatus), message, told: true };
    });
    expect(documented).toEqual(inCatalogue);
  });
});
