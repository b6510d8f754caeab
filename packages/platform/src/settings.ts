import { BlockList, isIP } from "node:net";
import { z } from "zod";
import { Secret } from "./secret.ts";

/** Kinds of settings for a service's config shape. Each takes `.default(…)` with the value as the service sees it, or `.optional()`. */
export const settings = {
  text,
  wholeNumber,
  port,
  milliseconds,
  bytes,
  fraction,
  flag,
  oneOf,
  url,
  urls,
  secret,
  secrets,
  list,
  cidrs,
  ports,
};

/** Any text that is not empty. */
function text() {
  return z.string("expected a text");
}

/** A whole number within bounds, both inclusive. */
function wholeNumber(bounds: { min?: number; max?: number } = {}) {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = bounds;
  const expected =
    max === Number.MAX_SAFE_INTEGER
      ? `expected a whole number of at least ${min}`
      : `expected a whole number from ${min} to ${max}`;
  return parsed(expected, numberWithin(min, max));
}

/** A TCP port; 0 lets the system choose. */
function port() {
  return wholeNumber({ max: 65_535 });
}

/** A duration in milliseconds, 1 to a day unless told otherwise. */
function milliseconds(bounds: { min?: number; max?: number } = {}) {
  const { min = 1, max = 86_400_000 } = bounds;
  return parsed(`expected milliseconds, a whole number from ${min} to ${max}`, numberWithin(min, max));
}

/** A size in bytes. */
function bytes(bounds: { min?: number; max?: number } = {}) {
  const { min = 1, max = Number.MAX_SAFE_INTEGER } = bounds;
  return parsed(`expected bytes, a whole number of at least ${min}`, numberWithin(min, max));
}

/** A number from 0 to 1. */
function fraction() {
  return parsed("expected a number from 0 to 1", (value) => {
    const number = /^\d*\.?\d+$/.test(value) ? Number(value) : Number.NaN;
    return number >= 0 && number <= 1 ? number : undefined;
  });
}

/** true, false, 1, 0, yes, no, on or off. */
function flag() {
  const words = new Map([
    ...["true", "1", "yes", "on"].map((word) => [word, true] as const),
    ...["false", "0", "no", "off"].map((word) => [word, false] as const),
  ]);
  return parsed("expected true or false", (value) => words.get(value.toLowerCase()));
}

/** One of the words given. */
function oneOf<const Word extends string>(...words: readonly Word[]) {
  return parsed(`expected one of ${words.join(", ")}`, (value) => words.find((word) => word === value));
}

/** An address of one of the schemes given (without colon), of one host or of several with commas between; kept as it was written but for the scheme, which is in lower case. */
function url(...schemes: readonly string[]) {
  const expected = `expected an address such as ${examplesOf(schemes)}`;
  return parsed(expected, (value) => {
    const address = value.replace(/^[^:]*/, (scheme) => scheme.toLowerCase());
    return isAddress(address, schemes) ? address : undefined;
  });
}

/** Addresses of one of the schemes given, separated by commas; at least one. */
function urls(...schemes: readonly string[]) {
  return parsed(`expected addresses such as ${examplesOf(schemes)}, separated by commas`, (value) => {
    const addresses = splitAtCommas(value);
    return addresses.length > 0 && addresses.every((address) => isAddress(address, schemes)) ? addresses : undefined;
  });
}

function examplesOf(schemes: readonly string[]): string {
  return schemes.map((scheme) => `${scheme}:…`).join(" or ");
}

function isAddress(value: string, schemes: readonly string[]): boolean {
  // WHATWG URLs know one host; the clients of clustered servers take several.
  const withOneHost = value.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#,]+)((?:,[^/?#,@]+)+)/, "$1");
  return URL.canParse(withOneHost) && schemes.includes(new URL(withOneHost).protocol.slice(0, -1));
}

/** A credential. */
function secret() {
  return parsed("expected a secret", (value) => (value === "" ? undefined : new Secret(value)));
}

/** Credentials separated by commas, kept as one text. */
function secrets({ minLength }: { minLength: number }) {
  return parsed(`expected a secret of at least ${minLength} characters, or several separated by commas`, (value) => {
    const given = splitAtCommas(value);
    const long = given.length > 0 && given.every((one) => one.length >= minLength);
    return long ? new Secret(given.join(",")) : undefined;
  });
}

/** Texts separated by commas. */
function list() {
  return parsed("expected texts separated by commas", splitAtCommas);
}

/** Networks such as 10.0.0.0/8, or single addresses, separated by commas. */
function cidrs() {
  return parsed("expected networks such as 10.0.0.0/8 or fc00::/7, separated by commas", (value) => {
    const networks = splitAtCommas(value);
    return networks.every(isNetwork) ? networks : undefined;
  });
}

/** TCP ports separated by commas. */
function ports() {
  return parsed("expected ports from 1 to 65535, separated by commas", (value) => {
    const numbers = splitAtCommas(value).map(numberWithin(1, 65_535));
    return numbers.every((number) => number !== undefined) ? numbers : undefined;
  });
}

function isNetwork(value: string): boolean {
  const [address = "", prefix, ...rest] = value.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  if (!/^\d{1,3}$/.test(prefix)) return false;
  try {
    new BlockList().addSubnet(address, Number(prefix), family === 4 ? "ipv4" : "ipv6");
    return true;
  } catch {
    return false;
  }
}

function splitAtCommas(value: string): readonly string[] {
  return value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function numberWithin(min: number, max: number) {
  return (value: string): number | undefined => {
    const number = /^-?\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
    return number >= min && number <= max ? number : undefined;
  };
}

/** A schema that turns text into a value, or says what it expected. */
function parsed<T>(expected: string, parse: (value: string) => T | undefined) {
  return z.string(expected).transform((value, context): T => {
    const result = parse(value);
    if (result !== undefined) return result;
    context.addIssue({ code: "custom", message: expected });
    return z.NEVER;
  });
}
