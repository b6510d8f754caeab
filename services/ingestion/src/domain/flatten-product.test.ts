import { describe, expect, it } from "vitest";
import { flattenProduct } from "./flatten-product.ts";

const flat = (information: unknown) => flattenProduct(JSON.stringify(information));

describe("flattenProduct", () => {
  it("lists keys and values in the order given, nested keys one after the other", () => {
    expect(flat({ name: "Mug", size: { height: "10 cm", width: 8 }, inStock: true })).toBe(
      "name: Mug\nsize height: 10 cm\nsize width: 8\ninStock: true",
    );
  });

  it("joins plain lists and numbers the objects of others", () => {
    expect(flat({ colours: ["red", "blue"], variants: [{ id: 1 }, { id: 2 }] })).toBe(
      "colours: red, blue\nvariants 1 id: 1\nvariants 2 id: 2",
    );
  });

  it("leaves out what says nothing", () => {
    expect(flat({ a: null, b: "", c: [], d: {}, e: "  " })).toBe("");
  });

  it("repeats no more than the end of a long key before each of the values under it", () => {
    const members = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`size ${i}`, i]));
    const information = { [`${"k".repeat(10_000)} mug`]: members };
    expect(flat(information)).toContain("k mug size 7: 7\n");
    expect(flat(information).length).toBeLessThan(25 * JSON.stringify(information).length);
  });

  it("takes any depth", () => {
    const depth = 20_000;
    expect(flattenProduct(`${'{"k":'.repeat(depth)}1${"}".repeat(depth)}`).endsWith(": 1")).toBe(true);
  });
});
