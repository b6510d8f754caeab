/** What of an error goes into the log: never headers, bodies or details that libraries hang on their errors. */
export interface ErrorDescription {
  type: string;
  message: string;
  /** The reason of an AppError, the kind of a StoreError, the code of a system or RPC error. */
  code?: string | number;
  stack?: string;
  cause?: ErrorDescription;
}

const deepest = 5;

/** An error as the log shows it, with its causes, at most five deep. */
export function describeError(error: unknown, depth = 1): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error, message: "a value that is not an error was thrown" };
  const description: ErrorDescription = { type: error.name, message: safeMessage(error) };
  const code = codeOf(error);
  if (code !== undefined) description.code = code;
  const frames = framesOf(error);
  if (frames !== undefined) description.stack = frames;
  if (error.cause !== undefined && depth < deepest) description.cause = describeError(error.cause, depth + 1);
  return description;
}

/** JSON.parse quotes what it was given, which may be what somebody typed. */
function safeMessage(error: Error): string {
  return error instanceof SyntaxError ? error.message.replace(/"[\s\S]*"/, '"…"') : error.message;
}

/** The stack repeats the message in front of its frames; only the frames are kept. */
function framesOf(error: Error): string | undefined {
  const frames = error.stack?.split("\n").filter((line) => /^\s+at /.test(line));
  return frames === undefined || frames.length === 0 ? undefined : frames.map((line) => line.trim()).join("\n");
}

function codeOf(error: Error): string | number | undefined {
  for (const key of ["reason", "kind", "code"]) {
    const value: unknown = Reflect.get(error, key);
    if (typeof value === "string" || typeof value === "number") return value;
  }
  return undefined;
}
