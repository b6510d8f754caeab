import type { ingestion } from "@parlance/contracts";
import { AppError } from "@parlance/platform";
import type { BlobStore } from "@parlance/ports";
import { seal, unseal } from "../crawling/sealed.ts";
import type { ReadingOptions } from "../parsing/parse-request.ts";
import { optionsKey } from "./blob-keys.ts";
import type { JobKey } from "./job-blobs.ts";

/** How the pages of a job are fetched and read. */
export interface PageOptions extends ReadingOptions {
  cookies: string;
}

export const plainPages: PageOptions = { cookies: "", extractMainContent: true, includeOnlyTags: "", excludeTags: "" };

interface StoredOptions extends ReadingOptions {
  sealedCookies: string;
}

/** Writes a job's page options, cookies sealed, and gives the key that opens them; both vanish with the job. */
export async function writePageOptions(blobs: BlobStore, at: JobKey, options: PageOptions): Promise<{ cookieKey: string }> {
  const { cookies, ...reading } = options;
  const { sealed, key } = cookies === "" ? { sealed: "", key: "" } : seal(cookies);
  const stored: StoredOptions = { ...reading, sealedCookies: sealed };
  await blobs.put(optionsKey(at, at.jobId), Buffer.from(JSON.stringify(stored)));
  return { cookieKey: key };
}

/** undefined when they are gone or damaged: the job has ended, or the disk has lost them. */
export async function readPageOptions(blobs: BlobStore, at: JobKey, cookieKey: string): Promise<PageOptions | undefined> {
  const bytes = await blobs.get(optionsKey(at, at.jobId));
  try {
    const { sealedCookies, ...reading } = JSON.parse(new TextDecoder().decode(bytes)) as StoredOptions;
    return { ...reading, cookies: sealedCookies === "" ? "" : unseal(sealedCookies, cookieKey) };
  } catch {
    return undefined;
  }
}

/** @throws AppError INVALID_REQUEST for selectors that cannot be read */
export async function checkedPageOptions(options: ingestion.PageOptions | undefined): Promise<PageOptions> {
  const { cookies, extractMainContent, includeOnlyTags, excludeTags } = options ?? plainPages;
  await checkSelectors("options.includeOnlyTags", includeOnlyTags);
  await checkSelectors("options.excludeTags", excludeTags);
  return { cookies, extractMainContent, includeOnlyTags, excludeTags };
}

/** Far more than anybody writes; longer ones take seconds to read, for every page anew. */
const longestSelectors = 10_000;

async function checkSelectors(field: string, selectors: string): Promise<void> {
  if (selectors.trim() === "") return;
  if (selectors.length > longestSelectors) {
    const message = `${field} must be comma-separated CSS selectors of at most 10,000 characters`;
    throw new AppError("INVALID_REQUEST", { message });
  }
  const { parseHTML } = await import("linkedom");
  try {
    parseHTML("<p></p>").document.querySelectorAll(selectors);
  } catch (error) {
    throw new AppError("INVALID_REQUEST", { message: `${field} must be comma-separated CSS selectors`, cause: error });
  }
}
