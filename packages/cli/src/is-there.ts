import { statSync } from "node:fs";
import { CliError } from "./cli-error.ts";

/**
 * Whether there is such a file or folder.
 * @throws CliError when this user may not look, which says nothing about what is there
 */
export function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** What is said of a file of Parlance's that cannot be read. */
export function unreadable(path: string, cause: unknown): CliError {
  return new CliError(`${path} cannot be read: run this as the user that runs Parlance`, { cause });
}
