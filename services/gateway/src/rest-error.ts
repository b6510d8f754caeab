/** One field that a request got wrong; `message` repeats the field's name, as the contract's texts do. */
export interface FieldError {
  field: string;
  message: string;
}

interface RestErrorOptions {
  headers?: Readonly<Record<string, string>>;
  /** All fields that failed, the first of them being the error's own message. */
  errors?: readonly FieldError[];
  cause?: unknown;
}

/** An answer other than 200, in the words of the v2 contract. Build it with {@link restErrors} where the contract names it. */
export class RestError extends Error {
  override readonly name = "RestError";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[] | undefined;

  constructor(status: number, message: string, options: RestErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.status = status;
    this.headers = options.headers ?? {};
    this.errors = options.errors;
  }
}

const challenge = { headers: { "WWW-Authenticate": "Bearer" } };

/** The errors of contract section 1.8 that the gateway itself finds, under the contract's names. */
export const restErrors = {
  authMissing: () => new RestError(401, "Authorization header is missing", challenge),
  authFormat: () => new RestError(401, "Invalid Authorization header format", challenge),
  authKey: (cause?: unknown) => new RestError(401, "Invalid API key", { ...challenge, cause }),
  httpsRequired: () => new RestError(403, "HTTPS is required"),
  planApi: () => new RestError(403, "API access is not included in your current plan"),
  route: () => new RestError(404, "Endpoint not found"),
  method: (allow: string) => new RestError(405, "Method not allowed", { headers: { Allow: allow } }),
  badRequest: () => new RestError(400, "Bad request"),
  badJson: (cause?: unknown) => new RestError(400, "Request body is not valid JSON", { cause }),
  /** A body that is JSON, but none that we take. */
  unusableBody: (rule: string) => new RestError(400, `Request body must ${rule}`),
  mediaType: () => new RestError(415, "Content-Type must be application/json"),
  contentEncoding: () => new RestError(415, "Content-Encoding must be gzip, deflate, br or identity"),
  tooLarge: () => new RestError(413, "Request body is too large"),
  requestTimeout: () => new RestError(408, "The request took too long to arrive"),
  notReady: () => new RestError(503, "The service is starting or stopping", { headers: { "Retry-After": "1" } }),
  headersTooLarge: () => new RestError(431, "Request headers are too large"),
  rate: (seconds: number) =>
    new RestError(429, `Rate limit exceeded. Try again in ${seconds} seconds.`, { headers: { "Retry-After": String(seconds) } }),
  /** The first error gives the message. One that concerns no single field stands in the message alone. */
  invalid: (errors: readonly FieldError[]) => {
    const named = errors.filter(({ field }) => field !== "");
    return new RestError(400, errors[0]?.message ?? "Bad request", named.length === 0 ? {} : { errors: named });
  },
} as const;
