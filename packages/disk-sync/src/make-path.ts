import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/** Others may remove a folder above while one in it is made. */
const mostTries = 50;

/**
 * Makes a folder and those above it that are missing, for their owner alone. Not with Node's own `recursive`, which never ends, nor lets a signal
 * end it, where the system says of a new name that it is not there while the folder above is, as it does in /proc.
 * @returns the uppermost folder that was made; undefined when all were there
 * @throws the system's error
 */
export async function makePath(path: string): Promise<string | undefined> {
  let first: string | undefined;
  for (let tries = 1; ; tries++) {
    try {
      await mkdir(path, { mode: 0o700 });
      return first ?? path;
    } catch (error) {
      const found = await stat(path).catch(() => undefined);
      if (found?.isDirectory() === true) return first;
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      // What was there a moment ago may be gone now.
      const passes = code === "ENOENT" || (code === "EEXIST" && found === undefined);
      if (!passes || tries === mostTries || dirname(path) === path) throw error;
    }
    first = (await makePath(dirname(path))) ?? first;
  }
}
