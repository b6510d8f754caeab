import { expect, it } from "vitest";
import { isId, newId } from "./ids.ts";

it("makes ids that begin with the time and are random in every digit after it", () => {
  const before = Math.floor(Date.now() / 1_000);
  const ids = Array.from({ length: 2_000 }, newId);
  expect(ids.every(isId)).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
  const seconds = ids.map((id) => Number.parseInt(id.slice(0, 8), 16));
  expect(Math.min(...seconds)).toBeGreaterThanOrEqual(before);
  expect(Math.max(...seconds)).toBeLessThanOrEqual(Math.ceil(Date.now() / 1_000));
  for (let place = 8; place < 24; place++) expect(new Set(ids.map((id) => id[place])).size).toBe(16);
});
