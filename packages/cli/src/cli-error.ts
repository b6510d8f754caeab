/** A failure told in one sentence that says what to do. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exitCode: number;

  constructor(message: string, options: ErrorOptions & { exitCode?: number } = {}) {
    super(message, options);
    this.exitCode = options.exitCode ?? exitCodes.failed;
  }
}

/** What a script can tell apart. */
export const exitCodes = {
  done: 0,
  /** It could not be done, or something of it failed. */
  failed: 1,
  /** The command line makes no sense. */
  usage: 2,
} as const;

export function usageError(message: string): CliError {
  return new CliError(message, { exitCode: exitCodes.usage });
}
