import { tokenWidth } from "./multilingual-graph.ts";
import type { StoredTensor } from "./safetensors.ts";

/** A row of the table is in whole steps from -8 to 7 of its own size. */
const middle = 8;
/** Two numbers a byte, those of the first half of the row in the low halves of the bytes. */
const bytesOfRow = tokenWidth / 2;

/**
 * Gives the vectors of tokens, one after the other, [length, 512]. The table is left as it is stored, for it has a hundred thousand rows, of which a text needs a few.
 *
 * @throws Error when the weights lack the table
 */
export function createTokenVectors(
  weights: ReadonlyMap<string, StoredTensor>,
): (ids: readonly number[]) => Float32Array<ArrayBuffer> {
  const table = weights.get("table")?.bytes;
  const scale = weights.get("table.scale")?.bytes;
  if (table === undefined || scale === undefined) throw new Error("The weights lack the table of tokens.");
  const scales = new Float16Array(Uint8Array.from(scale).buffer);
  return (ids) => {
    const vectors = new Float32Array(ids.length * tokenWidth);
    for (const [index, id] of ids.entries()) {
      const step = scales[id] ?? 0;
      for (let column = 0; column < bytesOfRow; column += 1) {
        const byte = table[id * bytesOfRow + column] ?? 0;
        const at = index * tokenWidth + column;
        vectors[at] = ((byte & 15) - middle) * step;
        vectors[at + bytesOfRow] = ((byte >> 4) - middle) * step;
      }
    }
    return vectors;
  };
}
