import { errorCatalogue, type ErrorKind, type ErrorReason } from "./error-catalogue.ts";

export interface AppErrorOptions {
  /** Values that a public message needs; they travel with the error, so nothing secret and nothing the user typed. */
  metadata?: Readonly<Record<string, string>>;
  /** Replaces the catalogue's public message. */
  message?: string;
  cause?: unknown;
}

/** A failure that a service answers on purpose. Anything else that is thrown reaches the caller as INTERNAL. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly reason: ErrorReason;
  readonly kind: ErrorKind;
  readonly metadata: Readonly<Record<string, string>>;

  constructor(reason: ErrorReason, options: AppErrorOptions = {}) {
    super(options.message ?? errorCatalogue[reason].message, { cause: options.cause });
    this.reason = reason;
    this.kind = errorCatalogue[reason].kind;
    this.metadata = options.metadata ?? {};
  }
}
