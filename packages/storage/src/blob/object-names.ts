import { keySegments, prefixParts } from "./blob-key.ts";

/** How keys are named on a server. Names stand in the order of their keys, and the name of a prefix is the prefix of the names. */
export interface ObjectNames {
  /** @throws TypeError for what is no key */
  ofKey(key: string): string;
  /** @throws TypeError for what no key begins with */
  ofPrefix(prefix: string): string;
  /** The first name that may come after a key, inclusive. */
  after(key: string): string;
  /** undefined for what no store of this kind has written. */
  toKey(name: string): string | undefined;
}

// Sorts before each sign of a key. With it no name is the folder of another, so that "a" and "a/b" also fit into gateways which keep
// objects as files of a disk, and no name ends with a dot.
const blobMark = "!";

/** Azure counts at most 254 segments, or 63 in an account with folders. */
const deepestFolder = 40;

/**
 * Keys under a root, which is empty or ends with a slash.
 * `dotless` writes no dot at the end of a segment, which Azure warns of: dots and hyphens each become the sign before them, and slashes
 * beyond the 40th become dots, so that the order stays.
 */
export function createObjectNames(root: string, { dotless = false } = {}): ObjectNames {
  const encode = dotless ? withoutDots : (part: string) => part;
  const decode = dotless ? withDots : (part: string) => part;
  return {
    ofKey: (key) => {
      keySegments(key);
      return `${root}${encode(key)}${blobMark}`;
    },
    ofPrefix: (prefix) => {
      prefixParts(prefix);
      return root + encode(prefix);
    },
    after: (key) => `${root}${encode(key)}${blobMark}${blobMark}`,
    toKey: (name) => (name.endsWith(blobMark) ? decode(name.slice(root.length, -blobMark.length)) : undefined),
  };
}

function withoutDots(part: string): string {
  let slashes = 0;
  return part.replaceAll(/[-./]/g, (sign) => {
    if (sign === "-") return ",";
    if (sign === ".") return "-";
    return ++slashes > deepestFolder ? "." : "/";
  });
}

function withDots(part: string): string {
  return part.replaceAll(/[,\-.]/g, (sign) => (sign === "," ? "-" : sign === "-" ? "." : "/"));
}
