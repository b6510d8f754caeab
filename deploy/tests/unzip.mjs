// Takes files out of a zip archive (stored or deflated entries, below 4 GiB), where the machine has no unzip.
//
//   node unzip.mjs ARCHIVE FOLDER SUFFIX...     writes each entry whose name ends with a SUFFIX to FOLDER, executable,
//                                               under its last name; a SUFFIX without an entry is an error
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { inflateRawSync } from "node:zlib";

const [archive, folder, ...suffixes] = process.argv.slice(2);
const zip = readFileSync(archive);

/** The entries of the central directory: name, method, offset of the local header, compressed size. */
function* entries() {
  const end = zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  if (end < 0) throw new Error(`${archive} is no zip archive`);
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const nameLength = zip.readUInt16LE(at + 28);
    yield {
      name: zip.toString("utf8", at + 46, at + 46 + nameLength),
      method: zip.readUInt16LE(at + 10),
      size: zip.readUInt32LE(at + 20),
      header: zip.readUInt32LE(at + 42),
    };
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
}

const missing = new Set(suffixes);
for (const { name, method, size, header } of entries()) {
  const suffix = suffixes.find((wanted) => name.endsWith(wanted));
  if (!suffix) continue;
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  const data = zip.subarray(start, start + size);
  if (method !== 0 && method !== 8) throw new Error(`${name}: compression method ${method} is not known`);
  writeFileSync(join(folder, basename(name)), method === 0 ? data : inflateRawSync(data), { mode: 0o755 });
  missing.delete(suffix);
}
if (missing.size > 0) {
  console.error(`unzip: ${archive} has no ${[...missing].join(", ")}`);
  process.exit(1);
}
