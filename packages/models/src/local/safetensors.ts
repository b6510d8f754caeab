/** One tensor of a weights file, still in the file's own bytes. */
export interface StoredTensor {
  /** `F16`, `F32`, … as the file says. */
  dtype: string;
  shape: number[];
  /** A view into the file, little-endian, row-major. */
  bytes: Uint8Array;
}

/**
 * Reads the tensors of a safetensors file: a little-endian 64-bit header length, a JSON header, then the data.
 *
 * @throws Error when the header does not fit the file.
 */
export function readSafetensors(file: Uint8Array): Map<string, StoredTensor> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const dataStart = 8 + Number(view.getBigUint64(0, true));
  if (dataStart > file.byteLength) {
    throw new Error("The weights file is cut off.");
  }
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, dataStart))) as Record<string, HeaderEntry>;
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header)) {
    if (offsets && dtype && shape) {
      const bytes = file.subarray(dataStart + offsets[0], dataStart + offsets[1]);
      tensors.set(name, { dtype, shape, bytes });
    }
  }
  return tensors;
}

/** `__metadata__` stands among the tensors and has none of these. */
interface HeaderEntry {
  dtype?: string;
  shape?: number[];
  data_offsets?: [number, number];
}
