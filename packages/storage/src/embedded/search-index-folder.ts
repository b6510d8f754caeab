import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makePath } from "@parlance/disk-sync";
import { StoreError } from "@parlance/ports";
import { checkDimension } from "../search/input.ts";

interface Origin {
  model: string;
  dimension: number;
}

/**
 * Makes the folder and notes in `origin.json` which model its vectors come from, or checks the note that is there.
 * @throws StoreError `invalid` for another model, `corrupt` when the note cannot be read.
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
        `not of ${model} (${dimension}); use that model again, or another folder and train the chatbots again`,
    );
  }
}

async function readOrigin(file: string): Promise<Origin | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Origin;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new StoreError("corrupt", `${file} cannot be read`, { cause: error });
  }
}
