/** The part of a structured logger that messaging uses; pino fits. */
export interface MessagingLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const nothing = () => {};

export const silentLog: MessagingLog = { info: nothing, warn: nothing, error: nothing };

/** An error's message, short enough to be stored beside an event. */
export function errorText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.length > 500 ? `${text.slice(0, 499)}…` : text;
}
