import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { open, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** A backup that is not what was written: changed, incomplete, or none at all. The message says what is wrong and what to do. */
export class BackupError extends Error {
  override readonly name = "BackupError";
}

export const manifestName = "manifest.json";
const formatVersion = 1;

const fileSchema = z.strictObject({
  /** Relative, divided by slashes. */
  path: z
    .string()
    .refine((path) => path.split("/").every((name) => /^[^\\/:*?"<>|\0]+$/.test(name) && name !== "." && name !== "..")),
  bytes: z.int().min(0),
  /** Lower-case hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const manifestSchema = z.strictObject({
  /** Of this file. */
  format: z.int(),
  /** Version of Parlance that wrote the backup. */
  parlance: z.string(),
  /** ISO 8601. */
  createdAt: z.string(),
  files: z.array(fileSchema),
  /** Of the list of files, so that a changed list is noticed, too. */
  sha256: z.string(),
});

export type Manifest = z.output<typeof manifestSchema>;
export type ManifestFile = z.output<typeof fileSchema>;

/** Makes every file of a folder durable and writes down what it holds. */
export async function writeManifest(folder: string): Promise<Manifest> {
  const files: ManifestFile[] = [];
  for (const path of await listFiles(folder)) {
    await syncFile(join(folder, path));
    files.push({ path, ...(await digestOf(join(folder, path))) });
  }
  const manifest = {
    format: formatVersion,
    parlance: version(),
    createdAt: new Date().toISOString(),
    files,
    sha256: digestOfList(files),
  };
  await writeFile(join(folder, manifestName), `${JSON.stringify(manifest, undefined, 1)}\n`, { mode: 0o600, flush: true });
  return manifest;
}

/**
 * Reads what a backup says it holds, and checks that exactly those files are there; their content is checked when it is copied.
 * @throws BackupError
 */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, manifestName), "utf8").catch((error: unknown) => {
    throw new BackupError(`${folder} is no backup: it has no ${manifestName}`, { cause: error });
  });
  const manifest = parse(text, folder);
  const listed = new Set(manifest.files.map(({ path }) => path));
  const present = new Set((await listFiles(folder)).filter((path) => path !== manifestName));
  const missing = [...listed].find((path) => !present.has(path));
  if (missing !== undefined) throw new BackupError(`The backup ${folder} is incomplete: ${missing} is missing`);
  const foreign = [...present].find((path) => !listed.has(path));
  if (foreign !== undefined) throw new BackupError(`The backup ${folder} was changed: ${foreign} does not belong to it`);
  return manifest;
}

/** Lower-case hex and size of a file. */
export async function digestOf(file: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    const part = chunk as Buffer;
    hash.update(part);
    bytes += part.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}

function parse(text: string, folder: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new BackupError(`The backup ${folder} is damaged: its ${manifestName} cannot be read`, { cause: error });
  }
  const format = z.object({ format: z.int() }).safeParse(json);
  if (format.success && format.data.format > formatVersion)
    throw new BackupError(`The backup ${folder} was written by a newer version of Parlance: use that version or newer`);
  const manifest = manifestSchema.safeParse(json);
  if (!manifest.success || manifest.data.sha256 !== digestOfList(manifest.data.files))
    throw new BackupError(`The backup ${folder} is damaged: its ${manifestName} is not what was written`);
  return manifest.data;
}

async function listFiles(folder: string, prefix = ""): Promise<string[]> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true });
  const lists = await Promise.all(
    entries.map(async (entry) => {
      const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
      return entry.isDirectory() ? listFiles(folder, path) : [path];
    }),
  );
  return lists.flat().sort();
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function digestOfList(files: readonly ManifestFile[]): string {
  return createHash("sha256")
    .update(JSON.stringify(files.map(({ path, bytes, sha256 }) => [path, bytes, sha256])))
    .digest("hex");
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
  return manifest.version;
}
