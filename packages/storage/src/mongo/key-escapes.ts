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
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => mapKeys(item, rename));
    return items.some((item, at) => item !== value[at]) ? items : value;
  }
  const entries = Object.entries(value);
  const mapped = entries.map(([key, item]): [string, unknown] => [rename(key), mapKeys(item, rename)]);
  const same = mapped.every(([key, item], at) => key === entries[at]?.[0] && item === entries[at]?.[1]);
  // fromEntries defines each key anew, `__proto__` too.
  return same ? value : Object.fromEntries(mapped);
}
