/** Characters of a path that stand before a value: each value of an object repeats the keys above it, which may be as long as the product. */
const longestPath = 200;

/**
 * A product's information as a list of `key: value` lines, in the order given. Nested keys stand one after the other (`size width: 10`),
 * plain values of an array on one line, its objects numbered from 1. Of long keys the ends nearest to the value are told. Walks without recursion, so that no depth is too deep.
 */
export function flattenProduct(informationJson: string): string {
  const lines: string[] = [];
  const open: { path: string; value: unknown }[] = [{ path: "", value: JSON.parse(informationJson) as unknown }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { path, value } = next;
    if (Array.isArray(value) && value.every((member) => !isNested(member)))
      add(lines, path, value.filter(isTold).map(String).join(", "));
    else if (isNested(value)) open.push(...membersOf(path, value).reverse());
    else if (isTold(value)) add(lines, path, String(value));
  }
  return lines.join("\n");
}

function membersOf(path: string, value: object): { path: string; value: unknown }[] {
  const numbered = Array.isArray(value);
  return Object.entries(value).map(([key, member]: [string, unknown]) => {
    const name = numbered ? String(Number(key) + 1) : key;
    const whole = path === "" ? name : `${path} ${name}`;
    return { path: whole.slice(-longestPath).toWellFormed(), value: member };
  });
}

function add(lines: string[], path: string, value: string): void {
  if (value.trim() !== "") lines.push(path === "" ? value : `${path}: ${value}`);
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Neither null nor an empty text, which say nothing. */
function isTold(value: unknown): boolean {
  return value !== null && value !== undefined && value !== "";
}
