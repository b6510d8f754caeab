import { expect, it, vi } from "vitest";
import { cutsOf } from "./unspaced.ts";

const words = (count: number) => "คนไทยรักสงบแต่ถึงรบไม่ขลาด ".repeat(count);

it("cuts at spaces that are some distance apart and within no brackets or quotation marks", () => {
  expect(cutsOf(words(9))).toEqual([80, 161]);
  expect(cutsOf(`(${words(7).trim()}) ${words(3)}`)).toEqual([190]);
  expect(cutsOf(`${words(3)}"${words(3)}" ${words(4)}`)).toEqual([80, 191]);
});

it("counts the marks of a text once where a bracket stays open, not at each space from its beginning", () => {
  const text = `(${words(500)}`;
  const match = vi.spyOn(String.prototype, "match");
  expect(cutsOf(text)).toEqual([]);
  const counted = match.mock.contexts.reduce<number>((sum, piece) => sum + String(piece).length, 0);
  match.mockRestore();
  expect(counted).toBeLessThanOrEqual(5 * text.length);
});
