import { appErrorFrom, errorCodes, type AppError, type ErrorReason } from "@parlance/platform";
import { RestError, restErrors } from "./rest-error.ts";

/** What an error of a service becomes in the v2 contract. A text in place of a function is the message; the status comes beside it. */
type Row = readonly [status: number, message: string | ((metadata: AppError["metadata"]) => string), retryAfterSeconds?: number];

const notIncluded = (metadata: AppError["metadata"]) =>
  `${metadata["feature"] ?? "The feature"} is not included in your current plan`;

const tooManyCharacters = ({ requested, remaining }: AppError["metadata"]) =>
  `Character limit exceeded: ${requested ?? "?"} characters requested, ${remaining ?? "?"} remaining`;

/** Seconds after which a call that met an outage is worth repeating. */
const outageSeconds = 5;

/** Reasons whose status or text the contract fixes (section 1.8); any other answers by its kind, under its own public message. */
const v2Errors = {
  // A service that misses the identity of a call was called wrongly by us, which is no fault of the client's.
  UNAUTHENTICATED: [500, "Internal server error"],
  IDENTITY_MISSING: [500, "Internal server error"],
  PLAN_FEATURE_MISSING: [403, notIncluded],
  CREDITS_EXHAUSTED: [402, "Message credits exhausted"],
  CHARACTERS_EXCEEDED: [402, tooManyCharacters],
  CHATBOT_LIMIT_REACHED: [402, "Chatbot limit reached"],
  CHATBOT_NOT_FOUND: [404, "Chatbot not found"],
  CHATBOT_NOT_TRAINABLE: [400, "This operation requires a chatbot with the custom-data-upload model"],
  CHATBOT_WITHOUT_KNOWLEDGE: [400, "This chatbot has no knowledge base"],
  CALENDAR_URL_MISSING: [400, "calendarUrl is required when showCalendar is true"],
  NOTHING_TO_TRAIN: [400, "Nothing to train or delete"],
  CONVERSATION_NOT_FOUND: [404, "Conversation not found"],
  BACKEND_FAILED: [502, "Custom backend returned an error"],
  BACKEND_TIMEOUT: [504, "Custom backend did not respond in time"],
  BACKEND_LOOP: [508, "Custom backend leads back to a chatbot with a custom backend"],
  MODEL_UNAVAILABLE: [503, "The language model is temporarily unavailable", outageSeconds],
  STORE_UNAVAILABLE: [503, "The service is temporarily unavailable", outageSeconds],
  SERVICE_UNAVAILABLE: [503, "The service is temporarily unavailable", outageSeconds],
  // The contract knows no conflict: many wrote the same thing at once, and each may try again.
  VERSION_CONFLICT: [503, "The service is temporarily unavailable", outageSeconds],
  // The deadline is ours: who meets it can only try again, as with a service that is down.
  DEADLINE_EXCEEDED: [503, "The service is temporarily unavailable", outageSeconds],
  INTERNAL: [500, "Internal server error"],
} as const satisfies Partial<Record<ErrorReason, Row>>;

/** The contract's answer to whatever a call to a service threw. */
export function restErrorFrom(thrown: unknown): RestError {
  if (thrown instanceof RestError) return thrown;
  const error = appErrorFrom(thrown);
  if (error.reason === "API_KEY_INVALID") return restErrors.authKey(error);
  if (error.reason === "RATE_LIMITED") return restErrors.rate(Number(error.metadata["retryAfterSeconds"] ?? 60));
  const row: Row | undefined = (v2Errors as Partial<Record<ErrorReason, Row>>)[error.reason];
  const [status, text, retryAfterSeconds] = row ?? rowByKind(error);
  const headers: Record<string, string> = retryAfterSeconds === undefined ? {} : { "Retry-After": String(retryAfterSeconds) };
  return new RestError(status, typeof text === "string" ? text : text(error.metadata), { headers, cause: error });
}

function rowByKind(error: AppError): Row {
  if (error.kind === "internal") return v2Errors.INTERNAL;
  if (error.kind === "unavailable") return v2Errors.SERVICE_UNAVAILABLE;
  if (error.kind === "exhausted") return [429, error.message, outageSeconds];
  return [errorCodes[error.kind].httpStatus, error.message];
}
