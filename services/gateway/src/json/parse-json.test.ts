import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RestError } from "../rest-error.ts";
import { deepestJson, mostJsonValues, parseJsonObject } from "./parse-json.ts";

const parse = (text: string) => parseJsonObject(Buffer.from(text));
const refusal = (bytes: Buffer | string) => {
  try {
    parseJsonObject(Buffer.from(bytes));
  } catch (error) {
    return error instanceof RestError ? `${error.status} ${error.message}` : error;
  }
  return undefined;
};
const badJson = "400 Request body is not valid JSON";
const tooLarge = "413 Request body is too large";

describe("what a body may be", () => {
  test("every object that JSON.stringify writes is read back as it was", () => {
    const keys = fc
      .string({ unit: "grapheme" })
      .filter((key) => key !== "__proto__" && key !== "constructor" && !key.includes("\0"));
    const texts = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0"));
    const leaf = fc.oneof(texts, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.dictionary(keys, fc.oneof({ maxDepth: 4 }, leaf, fc.array(leaf), tie("tree"))),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const text = JSON.stringify(value);
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test.each(["a:b", 'quoted \\" {[:', "\\\\", "\u202eright to left", "🎈", "é", "e\u0301"])(
    "the text %j comes through byte by byte",
    (text) => {
      expect(parse(JSON.stringify({ text }))).toEqual({ text });
    },
  );

  test.each([
    ["cut off", '{"a":1'],
    ["nothing", ""],
    ["NaN", '{"a":NaN}'],
    ["a byte order mark", '\ufeff{"a":1}'],
    ["a key twice", '{"a":1,"a":1}'],
    ["a key twice, once escaped", '{"a":1,"\\u0061":2}'],
    ["a key twice, deep inside", '{"x":[{"b":{"c":1,"c":2}}]}'],
  ])("%s is refused", (_name, text) => {
    expect(refusal(text)).toBe(badJson);
  });

  const noNul = "hold no NUL character (\\u0000)";
  const noHalf = "hold no half of a surrogate pair (\\ud800 to \\udfff)";
  const noPrototype = "name no field __proto__ or constructor.prototype";
  test.each([
    ["NUL", '{"a":"x\\u0000y"}', noNul],
    ["NUL in a key", '{"x\\u0000y":1}', noNul],
    ["half of a surrogate pair", '{"a":"\\ud83d"}', noHalf],
    ["a prototype", '{"__proto__":{"x":1}}', noPrototype],
    ["an escaped prototype", '{"\\u005f_proto__":{"x":1}}', noPrototype],
    ["a constructor's prototype", '{"constructor":{"prototype":{"x":1}}}', noPrototype],
    ["a list", "[]", "be a JSON object"],
    ["null", "null", "be a JSON object"],
    ["a text", '"text"', "be a JSON object"],
    ["a number", "5", "be a JSON object"],
  ])("%s is JSON that is refused by the rule it breaks", (_name, text, rule) => {
    expect(refusal(text)).toBe(`400 Request body must ${rule}`);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  test("an integer that no number holds keeps its digits, as a string", () => {
    const digits = "12345678901234567890";
    expect(parse(`{"a":${digits},"b":[ -${digits} , ${digits}],"c":"${digits}","d":9007199254740991}`)).toEqual({
      a: digits,
      b: [`-${digits}`, digits],
      c: digits,
      d: 9007199254740991,
    });
    expect(parse(`{"a":100000000000000000000,"b":0.${digits},"c":${digits}.5,"d":${digits}e2,"${digits}":1}`)).toEqual(
      JSON.parse(`{"a":100000000000000000000,"b":0.${digits},"c":${digits}.5,"d":${digits}e2,"${digits}":1}`),
    );
  });

  test.each([
    "{1234567890123456789:1}",
    '{"a":1,1234567890123456789:1}',
    '{"a":01234567890123456789}',
    '{"a":x1234567890123456789}',
  ])("%s is no JSON, though its digits are many", (text) => {
    expect(refusal(text)).toBe(badJson);
  });

  test("UTF-8 that is cut in the middle of a character is refused", () => {
    expect(refusal(Buffer.from('{"a":"é"}').subarray(0, 7))).toBe(badJson);
    expect(refusal(Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xc3, 0x22, 0x7d]))).toBe(badJson);
  });

  test("a constructor that is only a name is data", () => {
    expect(parse('{"constructor":"Ferrari"}')).toEqual({ constructor: "Ferrari" });
  });

  test("a whole surrogate pair may be written as escapes", () => {
    expect(parse('{"a":"\\ud83c\\udf88"}')).toEqual({ a: "🎈" });
  });
});

describe("what a hostile body costs", () => {
  const tooDeep = "400 Request body must nest at most 32 levels deep";
  const nested = (depth: number) => `{"a":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;

  test(`${deepestJson} levels are read and one more is refused`, () => {
    expect(parse(nested(deepestJson))).toBeDefined();
    expect(refusal(nested(deepestJson + 1))).toBe(tooDeep);
  });

  test.each([
    ["10,000 levels", nested(10_000), tooDeep],
    ["a million backslashes", `{"a":"${"\\\\".repeat(500_000)}"`, badJson],
    ["a million digits", `{"a":${"9".repeat(1_000_000)},"b":12345678901234567890`, badJson],
    ["half a million quotes", `{"a":"${'\\"'.repeat(500_000)}"`, badJson],
  ])("%s are refused in time that grows with the length alone", (_name, text, message) => {
    expect(refusedWithin(50, text)).toBe(message);
  });

  test.each([
    ["a million items", `{"a":[${"1,".repeat(1_000_000)}1]}`],
    ["a million empty objects", `{"a":[${"{},".repeat(1_000_000)}{}]}`],
    ["half a million keys", `{${Array.from({ length: 500_000 }, (_, key) => `"key${key}":1`).join(",")}}`],
  ])("%s are too large, before they are built", (_name, text) => {
    expect(refusedWithin(50, text)).toBe(tooLarge);
  });

  test("the most products of a call may have 95 properties each", () => {
    const information = Object.fromEntries(Array.from({ length: 95 }, (_, key) => [`property ${key}`, key]));
    expect(parse(JSON.stringify({ products: Array.from({ length: 1_000 }, (_, id) => ({ id, information })) }))).toBeDefined();
  });

  test("as many values as are allowed are read, and one more is refused", () => {
    const values = (count: number) => `{"a":[${Array.from({ length: count - 2 }, () => "1").join(",")}]}`;
    expect(parse(values(mostJsonValues))).toHaveProperty("a.length", mostJsonValues - 2);
    expect(refusal(values(mostJsonValues + 1))).toBe(tooLarge);
  });

  /** The message of the refusal, which may take so many milliseconds of CPU time. */
  function refusedWithin(milliseconds: number, text: string): unknown {
    const bytes = Buffer.from(text);
    const begin = process.cpuUsage();
    const message = refusal(bytes);
    const { user, system } = process.cpuUsage(begin);
    expect((user + system) / 1_000).toBeLessThan(milliseconds);
    return message;
  }
});
