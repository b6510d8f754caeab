import { Code, ConnectError } from "@connectrpc/connect";
import { AppError, errorCatalogue, errorCodes, toConnectError, type ErrorReason } from "@parlance/platform";
import { describe, expect, test } from "vitest";
import { restErrorFrom } from "./error-table.ts";

const answer = (thrown: unknown) => {
  const { status, message, headers } = restErrorFrom(thrown);
  return [status, message, ...(headers["Retry-After"] === undefined ? [] : [headers["Retry-After"]])];
};
const internal = [500, "Internal server error"];
const outage = [503, "The service is temporarily unavailable", "5"];

test("every RPC code without a reason has an answer, and none repeats what a library said", () => {
  const expected: Record<Code, unknown[]> = {
    [Code.Canceled]: [499, errorCatalogue.CANCELED.message],
    [Code.Unknown]: internal,
    [Code.InvalidArgument]: [400, "detail"],
    [Code.DeadlineExceeded]: outage,
    [Code.NotFound]: [404, errorCatalogue.NOT_FOUND.message],
    [Code.AlreadyExists]: [409, errorCatalogue.ALREADY_EXISTS.message],
    [Code.PermissionDenied]: [403, errorCatalogue.FORBIDDEN.message],
    [Code.ResourceExhausted]: [429, "detail", "5"],
    [Code.FailedPrecondition]: [400, "detail"],
    [Code.Aborted]: outage,
    [Code.OutOfRange]: [400, "detail"],
    [Code.Unimplemented]: [501, "detail"],
    [Code.Internal]: internal,
    [Code.Unavailable]: outage,
    [Code.DataLoss]: internal,
    [Code.Unauthenticated]: internal,
  };
  const codes = Object.values(Code).filter((code) => typeof code === "number");
  expect(codes).toHaveLength(16);
  for (const code of codes) expect(answer(new ConnectError("detail", code))).toEqual(expected[code]);
});

describe("reasons of the catalogue", () => {
  test.each<[ErrorReason, (string | number)[]]>([
    ["API_KEY_INVALID", [401, "Invalid API key"]],
    ["CREDITS_EXHAUSTED", [402, "Message credits exhausted"]],
    ["CHATBOT_LIMIT_REACHED", [402, "Chatbot limit reached"]],
    ["CHATBOT_NOT_FOUND", [404, "Chatbot not found"]],
    ["CONVERSATION_NOT_FOUND", [404, "Conversation not found"]],
    ["CHATBOT_NOT_TRAINABLE", [400, "This operation requires a chatbot with the custom-data-upload model"]],
    ["CHATBOT_WITHOUT_KNOWLEDGE", [400, "This chatbot has no knowledge base"]],
    ["CALENDAR_URL_MISSING", [400, "calendarUrl is required when showCalendar is true"]],
    ["NOTHING_TO_TRAIN", [400, "Nothing to train or delete"]],
    ["BACKEND_FAILED", [502, "Custom backend returned an error"]],
    ["BACKEND_TIMEOUT", [504, "Custom backend did not respond in time"]],
    ["BACKEND_LOOP", [508, "Custom backend leads back to a chatbot with a custom backend"]],
    ["MODEL_UNAVAILABLE", [503, "The language model is temporarily unavailable", "5"]],
    ["STORE_UNAVAILABLE", outage],
    ["SERVICE_UNAVAILABLE", outage],
    ["VERSION_CONFLICT", outage],
    ["IDENTITY_MISSING", internal],
    ["UNAUTHENTICATED", internal],
    ["INTERNAL", internal],
  ])("%s", (reason, wanted) => {
    expect(answer(new AppError(reason))).toEqual(wanted);
    expect(answer(toConnectError(new AppError(reason)))).toEqual(wanted);
  });

  test("every reason answers with the status of its kind, unless the contract gives it another", () => {
    const astray: ErrorReason[] = [];
    for (const reason of Object.keys(errorCatalogue) as ErrorReason[]) {
      const { status, message } = restErrorFrom(new AppError(reason));
      // A deadline of ours that passed, or a race that was lost, is an outage to whoever waited.
      const isOutage = reason === "DEADLINE_EXCEEDED" || reason === "VERSION_CONFLICT";
      const byKind: number = isOutage ? 503 : errorCodes[errorCatalogue[reason].kind].httpStatus;
      if (![byKind, 402, 500, 502, 508].includes(status) || message === "") astray.push(reason);
    }
    expect(astray).toEqual([]);
  });

  test("the figures and the feature of an error stand in its text", () => {
    const metadata = { requested: "120", remaining: "20" };
    expect(answer(new AppError("CHARACTERS_EXCEEDED", { metadata }))).toEqual([
      402,
      "Character limit exceeded: 120 characters requested, 20 remaining",
    ]);
    expect(answer(new AppError("PLAN_FEATURE_MISSING", { metadata: { feature: "GPT-4" } }))).toEqual([
      403,
      "GPT-4 is not included in your current plan",
    ]);
    expect(answer(new AppError("RATE_LIMITED", { metadata: { retryAfterSeconds: "7" } }))).toEqual([
      429,
      "Rate limit exceeded. Try again in 7 seconds.",
      "7",
    ]);
  });
});

test("what was not thrown on purpose tells nothing", () => {
  expect(answer(new TypeError("secret of the driver"))).toEqual(internal);
  expect(answer("a text")).toEqual(internal);
  expect(answer(new AppError("INTERNAL", { message: "secret" }))).toEqual(internal);
});
