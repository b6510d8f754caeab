import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isErrno, makePath } from "@parlance/disk-sync";
import { StoreError } from "@parlance/ports";
import { checkDimension } from "../search/input.ts";

interface Origin {
  model: string;
  dimension: number;
}

/**
 * Makes the folder and notes in `origin.json` which model its vectors come from, or checks the note that is there. A note that is damaged is
 * written anew, as one that is missing: each file of the index has its own, which is checked when the file is opened.
 * @throws StoreError `invalid` for another model, `unavailable` when the note cannot be read.
 */
export async function claimFolder({ path, model, dimension }: Origin & { path: string }): Promise<void> {
  checkDimension(dimension);
  await makePath(path);
  const file = join(path, "origin.json");
  const origin = await readOrigin(file);
  if (origin === undefined) {
    await writeFile(`${file}.new`, JSON.stringify({ model, dimension }), { flush: true });
    await rename(`${file}.new`, file);
  } else if (origin.model !== model || origin.dimension !== dimension) {
    throw new StoreError(
      "invalid",
      `the search index ${path} holds vectors of ${origin.model} (${origin.dimension} dimensions), ` +
        `not of ${model} (${dimension}); use that model again, or set PARLANCE_SEARCH_URL to embedded: and another folder, start, and run ` +
        "doctor with --repair, which has all chatbots learn their sources again",
    );
  }
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
