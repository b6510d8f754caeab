import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createObjectNames } from "./object-names.ts";

// Few signs, so that keys often begin alike, and those next to each other in order among them.
const segment = fc
  .string({ unit: fc.constantFrom(..."-.0:Aa"), minLength: 1, maxLength: 4 })
  .filter((text) => !/^\.\.?$/.test(text));
const key = fc.array(segment, { minLength: 1, maxLength: 60 }).map((segments) => segments.join("/"));

describe.each([{ dotless: false }, { dotless: true }])("names of keys, %o", (options) => {
  const names = createObjectNames("root/", options);
  const compare = (one: string, two: string) => (one < two ? -1 : one > two ? 1 : 0);

  it("give the key back, and stand in the order of the keys", () => {
    const check = (one: string, two: string) => {
      expect(names.toKey(names.ofKey(one))).toBe(one);
      expect(compare(names.ofKey(one), names.ofKey(two))).toBe(compare(one, two));
      expect(compare(names.after(one), names.ofKey(two)) < 0).toBe(one < two);
    };
    fc.assert(fc.property(key, key, check));
    fc.assert(fc.property(key, segment, (one, more) => check(one, `${one}/${more}`)));
    fc.assert(fc.property(key, segment, segment, (one, two, three) => check(`${one}/${two}`, `${one}${three}`)));
  });

  it("begin with the name of a prefix exactly when the key begins with it", () => {
    const check = (one: string, prefix: string) => {
      expect(names.ofKey(one).startsWith(names.ofPrefix(prefix))).toBe(one.startsWith(prefix));
    };
    fc.assert(fc.property(key, fc.nat(), (one, at) => check(one, one.slice(0, at % (one.length + 1)))));
    fc.assert(fc.property(key, key, check));
  });

  it("are no folder of another, and what others wrote is no key", () => {
    const check = (one: string, more: string) => {
      expect(names.ofKey(`${one}/${more}`).startsWith(`${names.ofKey(one)}/`)).toBe(false);
    };
    fc.assert(fc.property(key, segment, check));
    expect(names.toKey("root/readme.txt")).toBeUndefined();
  });
});

describe("names for Azure", () => {
  const names = createObjectNames("", { dotless: true });

  it("end no segment with a dot, and have at most 41 segments", () => {
    const check = (one: string) => {
      const segments = names.ofKey(one).split("/");
      expect(segments.length).toBeLessThanOrEqual(41);
      for (const part of segments) expect(part.endsWith(".")).toBe(false);
    };
    fc.assert(fc.property(key, check));
  });
});
