// Neither sign can stand in a key: a name with the mark is a blob, any other a folder, so that "a" and "a/b" can both be blobs.
const blobMark = "~";

/** The name of a segment on disk: the same on file systems that ignore case or refuse colons. */
export function folderName(segment: string): string {
  return segment.replaceAll(/[A-Z]/g, (letter) => `+${letter.toLowerCase()}`).replaceAll(":", "=");
}

export function blobName(segment: string): string {
  return folderName(segment) + blobMark;
}

/** What a name on disk adds to a key: a whole segment for a blob, a segment with its slash for a folder. */
export function keyPart(name: string): { part: string; isBlob: boolean } {
  const isBlob = name.endsWith(blobMark);
  const encoded = isBlob ? name.slice(0, -1) : name;
  const segment = encoded.replaceAll(/\+(.)/g, (_sign, letter: string) => letter.toUpperCase()).replaceAll("=", ":");
  return { part: isBlob ? segment : `${segment}/`, isBlob };
}
