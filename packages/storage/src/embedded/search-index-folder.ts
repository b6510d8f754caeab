import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isErrno, makePath } from "@parlance/disk-sync";
import { StoreError, type PredecessorModel } from "@parlance/ports";
import { checkDimension } from "../search/input.ts";
import { isOf, type Origin } from "./search-index-file.ts";

/**
 * Makes the folder, and reads the note `origin.json` of which model its vectors come from. A note that is damaged counts as one that is missing: each
 * file of the index has its own, which is checked when the file is opened.
 * @returns whether the folder may have files of the predecessor, so that they must be converted
 * @throws StoreError `invalid` for another model, `unavailable` when the note cannot be read.
 */
export async function checkFolder(path: string, { model, dimension, predecessor }: Successor): Promise<boolean> {
  checkDimension(dimension);
  await makePath(path);
  const origin = await readOrigin(join(path, noteName));
  if (isOf({ model, dimension }, origin)) return false;
  if (origin === undefined || (predecessor !== undefined && isOf(predecessor, origin))) return predecessor !== undefined;
  throw new StoreError(
    "invalid",
    `the search index ${path} holds vectors of ${origin.model} (${origin.dimension} dimensions), ` +
      `not of ${model} (${dimension}); use that model again, or set PARLANCE_SEARCH_URL to embedded: and another folder, start, and run ` +
      "doctor with --repair, which has all chatbots learn their sources again",
  );
}

/** Notes whose vectors the folder holds, unless the note says so already. */
export async function noteOrigin(path: string, { model, dimension }: Origin): Promise<void> {
  const file = join(path, noteName);
  if (isOf({ model, dimension }, await readOrigin(file))) return;
  await writeFile(`${file}.new`, JSON.stringify({ model, dimension }), { flush: true });
  await rename(`${file}.new`, file);
}

const noteName = "origin.json";

interface Successor extends Origin {
  predecessor?: PredecessorModel | undefined;
}

async function readOrigin(file: string): Promise<Origin | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw new StoreError("unavailable", `${file} cannot be read: make it readable, or delete it`, { cause: error });
  }
  try {
    const { model, dimension } = JSON.parse(text) as Partial<Origin>;
    return typeof model === "string" && typeof dimension === "number" ? { model, dimension } : undefined;
  } catch {
    return undefined;
  }
}
