import { describe, expect, it } from "vitest";
import { createTokenVectors } from "./token-vectors.ts";

const rows = 3;
const bytes = new Uint8Array(rows * 256).fill(0x88);
bytes[256] = 0xf0;
bytes[2 * 256 + 255] = 0x19;
const weights = new Map([
  ["table", { dtype: "U8", shape: [rows, 256], bytes }],
  ["table.scale", { dtype: "F16", shape: [rows, 1], bytes: new Uint8Array(Float16Array.of(1, 0.5, 2).buffer) }],
]);

describe("createTokenVectors", () => {
  it("reads the halves of a row from the halves of its bytes, in steps of the row's own size", () => {
    const vectors = createTokenVectors(weights)([1, 2]);
    expect(vectors).toHaveLength(2 * 512);
    expect([vectors[0], vectors[256], vectors[1]]).toEqual([-4, 3.5, 0]);
    expect([vectors[512 + 255], vectors[512 + 511]]).toEqual([2, -14]);
  });

  it("says what a damaged file lacks", () => {
    expect(() => createTokenVectors(new Map())).toThrow("The weights lack the table of tokens.");
  });
});
