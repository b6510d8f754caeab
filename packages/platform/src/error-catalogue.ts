/** What kind of thing went wrong; decides the RPC code and, at the edge, the HTTP status. */
export type ErrorKind =
  | "invalid"
  | "out_of_range"
  | "precondition"
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "already_exists"
  | "version_conflict"
  | "exhausted"
  | "unavailable"
  | "timeout"
  | "canceled"
  | "unimplemented"
  | "internal";

interface CatalogueEntry {
  kind: ErrorKind;
  /** Shown to callers unless the thrower gives a better text. */
  message: string;
}

/**
 * Every reason a service may answer with. Reasons are stable: clients and the three public APIs map them to their own words.
 * docs/errors.md lists the same, which a test holds together.
 */
export const errorCatalogue = {
  INVALID_REQUEST: { kind: "invalid", message: "The request is not valid" },
  OUT_OF_RANGE: { kind: "out_of_range", message: "A value is out of range" },
  PRECONDITION_FAILED: { kind: "precondition", message: "The state of things does not allow this" },
  FORBIDDEN: { kind: "forbidden", message: "This is not allowed" },
  NOT_FOUND: { kind: "not_found", message: "Not found" },
  ALREADY_EXISTS: { kind: "already_exists", message: "This exists already" },
  RESOURCE_EXHAUSTED: { kind: "exhausted", message: "A limit was exceeded" },
  UNAUTHENTICATED: { kind: "unauthenticated", message: "The call carries no valid credential" },
  IDENTITY_MISSING: { kind: "unauthenticated", message: "The call names no user" },
  API_KEY_INVALID: { kind: "unauthenticated", message: "Invalid API key" },
  API_KEY_NOT_FOUND: { kind: "not_found", message: "API key not found" },
  USER_NOT_FOUND: { kind: "not_found", message: "User not found" },
  USER_EXISTS: { kind: "already_exists", message: "A user with this e-mail address exists" },
  PLAN_UNKNOWN: { kind: "invalid", message: "There is no plan of this name" },
  PLAN_FEATURE_MISSING: { kind: "forbidden", message: "The feature is not included in the current plan" },
  RATE_LIMITED: { kind: "exhausted", message: "Rate limit exceeded" },
  CREDITS_EXHAUSTED: { kind: "exhausted", message: "Message credits exhausted" },
  CHARACTERS_EXCEEDED: { kind: "exhausted", message: "Character limit exceeded" },
  CHATBOT_LIMIT_REACHED: { kind: "exhausted", message: "Chatbot limit reached" },
  CHATBOT_NOT_FOUND: { kind: "not_found", message: "Chatbot not found" },
  CHATBOT_NOT_TRAINABLE: { kind: "precondition", message: "The chatbot's model cannot be trained" },
  CHATBOT_WITHOUT_KNOWLEDGE: { kind: "precondition", message: "The chatbot has no knowledge base" },
  CALENDAR_URL_MISSING: { kind: "precondition", message: "calendarUrl is required when showCalendar is true" },
  NOTHING_TO_TRAIN: { kind: "invalid", message: "Nothing to train or delete" },
  CONVERSATION_NOT_FOUND: { kind: "not_found", message: "Conversation not found" },
  CONVERSATION_TAKEN_OVER: { kind: "version_conflict", message: "The conversation changed hands" },
  KNOWLEDGE_DAMAGED: { kind: "internal", message: "The stored list of the chatbot's sources is gone or damaged" },
  GENERATION_BUSY: { kind: "precondition", message: "Another job is building this chatbot's knowledge" },
  GENERATION_UNKNOWN: { kind: "precondition", message: "The generation is not the one being built" },
  BACKEND_FAILED: { kind: "unavailable", message: "Custom backend returned an error" },
  BACKEND_TIMEOUT: { kind: "timeout", message: "Custom backend did not respond in time" },
  BACKEND_LOOP: { kind: "precondition", message: "The custom backend leads back to a chatbot with a custom backend" },
  MODEL_UNAVAILABLE: { kind: "unavailable", message: "The language model is temporarily unavailable" },
  STORE_UNAVAILABLE: { kind: "unavailable", message: "A store is temporarily unavailable" },
  SERVICE_UNAVAILABLE: { kind: "unavailable", message: "A service is temporarily unavailable" },
  VERSION_CONFLICT: { kind: "version_conflict", message: "The document changed meanwhile; try again" },
  DEADLINE_EXCEEDED: { kind: "timeout", message: "The call took too long" },
  CANCELED: { kind: "canceled", message: "The caller gave up" },
  UNIMPLEMENTED: { kind: "unimplemented", message: "This method does not exist" },
  INTERNAL: { kind: "internal", message: "Internal server error" },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorReason = keyof typeof errorCatalogue;
