import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { prefixParts } from "./blob-key.ts";
import { unlessAbsent } from "./durable-files.ts";
import { folderName, keyPart } from "./folder-names.ts";

/**
 * Keys with a prefix in ascending order, walking only the folders that can hold some of the page.
 * @throws TypeError for a malformed prefix or limit
 */
export async function listKeys(root: string, prefix: string, page: { limit: number; after?: string }): Promise<string[]> {
  const { segments, begin } = prefixParts(prefix);
  if (!Number.isInteger(page.limit) || page.limit < 1) throw new TypeError("limit must be a whole number of at least 1");
  const keys: string[] = [];
  const walk = async (folder: string, key: string, begin: string): Promise<void> => {
    const names = (await unlessAbsent(() => readdir(folder))) ?? [];
    const entries = names.map((name) => ({ name, ...keyPart(name) })).filter(({ part }) => part.startsWith(begin));
    // A folder's part ends with its slash, which is where its keys stand among those of its neighbours.
    entries.sort((one, two) => (one.part < two.part ? -1 : 1));
    for (const { name, part, isBlob } of entries) {
      if (keys.length === page.limit) return;
      const reached = key + part;
      if (isBlob && isAfter(reached, page.after)) keys.push(reached);
      if (!isBlob && (isAfter(reached, page.after) || page.after?.startsWith(reached) === true))
        await walk(join(folder, name), reached, "");
    }
  };
  await walk(join(root, ...segments.map(folderName)), segments.map((segment) => `${segment}/`).join(""), begin);
  return keys;
}

function isAfter(key: string, after: string | undefined): boolean {
  return after === undefined || key > after;
}
