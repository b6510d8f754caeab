/** The part of a structured logger that messaging uses; pino fits. */
export interface MessagingLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const nothing = () => {};

export const silentLog: MessagingLog = { info: nothing, warn: nothing, error: nothing };

/** An error's message, short enough to be stored beside an event. JSON.parse quotes what it was given, which may be what somebody typed. */
export function errorText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const text = error instanceof SyntaxError ? message.replace(/"[\s\S]*"/, '"…"') : message;
  return text.length > 500 ? `${text.slice(0, 499)}…` : text;
}
