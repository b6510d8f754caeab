import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { isErrno } from "./is-errno.ts";

/** Others may remove and make the folder above while one in it is made. */
const mostTries = 5;

/**
 * Makes a folder and those above it that are missing, for their owner alone. Node's own `recursive` never ends, nor lets a signal end it, where
 * the system says of a new name that it is not there while the folder above is, as it does in /proc; so the uppermost is made alone before.
 * @returns the uppermost folder that was made; undefined when all were there
 * @throws the system's error
 */
export async function makePath(path: string): Promise<string | undefined> {
  const first = await makeUppermost(path);
  const made = await mkdir(path, { recursive: true, mode: 0o700 });
  return first ?? made;
}

/** Undefined when somebody else has made it. */
async function makeUppermost(path: string): Promise<string | undefined> {
  for (let at = path, tries = 1; ;) {
    try {
      await mkdir(at, { mode: 0o700 });
      return at;
    } catch (error) {
      if (isErrno(error, "EEXIST") || (await isFolder(at))) return undefined;
      if (!isErrno(error, "ENOENT")) throw error;
      if (!(await isFolder(dirname(at))) && dirname(at) !== at) at = dirname(at);
      else if (tries++ === mostTries) throw error;
    }
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
