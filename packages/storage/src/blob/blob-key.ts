const segmentForm = /^[A-Za-z0-9._:-]{1,120}$/;
const partForm = /^[A-Za-z0-9._:-]{0,120}$/;
const maxCharacters = 900;

/**
 * The segments of a key.
 * @throws TypeError for anything but a key, so that no key can leave the store's folder.
 */
export function keySegments(key: string): readonly string[] {
  const segments = typeof key === "string" && key.length <= maxCharacters ? key.split("/") : [];
  if (segments.length === 0 || !segments.every(isSegment)) throw new TypeError("not a blob key");
  return segments;
}

/**
 * The whole segments of a prefix, and the beginning of the next one, which may be empty.
 * @throws TypeError for what no key can begin with
 */
export function prefixParts(prefix: string): { segments: readonly string[]; begin: string } {
  const segments = typeof prefix === "string" && prefix.length <= maxCharacters ? prefix.split("/") : [];
  const begin = segments.pop();
  if (begin === undefined || !partForm.test(begin) || !segments.every(isSegment))
    throw new TypeError("not the prefix of a blob key");
  return { segments, begin };
}

function isSegment(segment: string): boolean {
  return segmentForm.test(segment) && segment !== "." && segment !== "..";
}
