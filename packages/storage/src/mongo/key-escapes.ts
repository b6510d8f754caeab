const escape = "\u0001";

/**
 * Data as it is stored: keys that the driver would read as its own types (`$ref`, `_bsontype`) get a mark in front. What needs none is
 * not copied.
 */
export function escapeKeys(value: unknown): unknown {
  return mapKeys(value, (key) => (key.startsWith("$") || key.startsWith(escape) || key === "_bsontype" ? escape + key : key));
}

/** The reverse of {@link escapeKeys}. */
export function unescapeKeys(value: unknown): unknown {
  return mapKeys(value, (key) => (key.startsWith(escape) ? key.slice(escape.length) : key));
}

function mapKeys(value: unknown, rename: (key: string) => string): unknown {
  // Nearly all data has no such key, and looking for one makes nothing anew.
  return hasRenamed(value, rename) ? renamed(value, rename) : value;
}

function hasRenamed(value: unknown, rename: (key: string) => string): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => hasRenamed(item, rename));
  for (const key of Object.keys(value)) {
    if (rename(key) !== key || hasRenamed((value as Record<string, unknown>)[key], rename)) return true;
  }
  return false;
}

function renamed(value: unknown, rename: (key: string) => string): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  // fromEntries defines each key anew, `__proto__` too.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key), renamed(item, rename)]));
}
