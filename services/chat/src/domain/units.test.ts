import { expect, it } from "vitest";
import { readUnits } from "./units.ts";

it("reads each row of a table with no more than the beginning of a head that is as long as all rows", () => {
  const [columns, rows] = [2_000, 1_000];
  const text = `|${" so |".repeat(columns)}\n|${"---|".repeat(columns)}\n${"| b |\n".repeat(rows)}`;
  const units = readUnits(text, "en");
  expect(units).toHaveLength(rows);
  for (const { context, row = "" } of units) expect(context.length + row.length).toBeLessThan(5_000);
});
