import { hash, randomInt } from "node:crypto";

export const keyForm = /^sk-[A-Za-z0-9]{32}$/;

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const prefixLength = 7;

/** A new key: `sk-` and 32 letters or digits, 190 random bits. */
export function makeKey(): string {
  let key = "sk-";
  for (let position = 0; position < 32; position++) key += alphabet.charAt(randomInt(alphabet.length));
  return key;
}

/**
 * What is stored of a key, as lower-case hex. A plain SHA-256 is enough because a key is random and long: there is nothing to guess, and
 * the lookup by digest stays one point read.
 */
export function digestOf(key: string): string {
  return hash("sha256", key);
}

/** The beginning of a key, to tell keys apart; 28 characters stay unknown. */
export function prefixOf(key: string): string {
  return key.slice(0, prefixLength);
}
