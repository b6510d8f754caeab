import { StoreError } from "@parlance/ports";
import { keySegments } from "./blob-key.ts";

/** What the address of a blob server says. `root` is empty or ends with a slash. */
export interface RemoteAddress {
  host: string;
  segments: readonly string[];
  options: URLSearchParams;
}

/**
 * Takes an address such as `s3://bucket/prefix?region=…` apart.
 * @throws StoreError `invalid`, without repeating the address
 */
export function readRemoteAddress(url: string, expected: { scheme: string; options: readonly string[] }): RemoteAddress {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address === undefined || address.protocol !== `${expected.scheme}:` || address.hostname === "" || address.username !== "")
    throw new StoreError("invalid", `not an address of the form ${expected.scheme}://…`);
  for (const name of address.searchParams.keys()) {
    if (!expected.options.includes(name)) throw new StoreError("invalid", `the address has an unknown option ${name}`);
  }
  const endpoint = address.searchParams.get("endpoint");
  if (endpoint !== null && !/^https?:$/.test(URL.canParse(endpoint) ? new URL(endpoint).protocol : ""))
    throw new StoreError("invalid", "endpoint: expected an address that begins with http: or https:");
  const segments = address.pathname.split("/").filter((segment) => segment !== "");
  return { host: address.host, segments, options: address.searchParams };
}

/**
 * What stands before each key. Servers take names of 1,024 characters, and a key may have 900 of them.
 * @throws StoreError `invalid` for more than 120 characters, or signs that no key has
 */
export function rootOf(segments: readonly string[]): string {
  if (segments.length === 0) return "";
  const root = segments.join("/");
  try {
    keySegments(root);
  } catch (error) {
    throw new StoreError("invalid", "the address's prefix has signs that a blob key may not have", { cause: error });
  }
  if (root.length >= 120) throw new StoreError("invalid", "the address's prefix is longer than 119 characters");
  return `${root}/`;
}
