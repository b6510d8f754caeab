import { expect, test } from "vitest";
import { table } from "./table.ts";

test("a table takes as many rows as an installation may have users, aligned", () => {
  const rows = Array.from({ length: 200_000 }, (_, index) => [String(index), "x"]);
  const lines = table(["ID", "NAME"], rows, "none").split("\n");
  expect(lines).toHaveLength(200_001);
  expect([lines[0], lines[1], lines.at(-1)]).toEqual(["ID      NAME", "0       x", "199999  x"]);
});
