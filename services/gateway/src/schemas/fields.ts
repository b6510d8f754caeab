import { z } from "zod";

/**
 * Building blocks of the request schemas. A message is what follows the field's name ("must be …", "is required"); `validate` puts the
 * name in front. Each block is built once, when the module loads, and both validates and describes itself in openapi.yaml.
 */
export const fields = { text, flag, number, wholeNumber, oneOf, httpUrl, email, matching, list, chatbotId, queryNumber };

type Issue = { input?: unknown };

/** The message for a value of the wrong type; null and absent are the same, and mean that the field is missing. */
export const says = (rule: string) => ({
  error: (issue: Issue): string => (issue.input === undefined || issue.input === null ? "is required" : `must ${rule}`),
});

/** A string of `min` to `max` Unicode code points, counted after trimming where the contract trims. */
function text({ min = 0, max, trimmed = false }: { min?: number; max: number; trimmed?: boolean }) {
  const limit = max.toLocaleString("en");
  const rule = min === 0 ? `be a string of at most ${limit} characters` : `be a string of ${min} to ${limit} characters`;
  const base = z.string(says(rule));
  return (trimmed ? base.trim() : base)
    .refine((value) => hasLength(value, min, max), `must ${rule}`)
    .meta({ minLength: min, maxLength: max });
}

/** Code points, counted only where UTF-16 units cannot decide. */
function hasLength(value: string, min: number, max: number): boolean {
  if (value.length < min || value.length > max * 2) return false;
  if (value.length <= max && min <= 1) return true;
  let points = 0;
  for (const _ of value) points++;
  return points >= min && points <= max;
}

/** A boolean, or the words "true" and "false". */
function flag() {
  const fromWord = (value: unknown) => (value === "true" ? true : value === "false" ? false : value);
  return z.preprocess(fromWord, z.boolean(says("be a boolean")));
}

/** A JSON number within bounds, both inclusive. */
function number({ min, max }: { min?: number; max: number }) {
  if (min === undefined) return z.number(says(`be a number of at most ${max}`)).max(max, `must be at most ${max}`);
  const range = `between ${min} and ${max}`;
  return z
    .number(says(`be a number ${range}`))
    .min(min, `must be ${range}`)
    .max(max, `must be ${range}`);
}

function wholeNumber({ min, max }: { min: number; max: number }) {
  const rule = `be an integer between ${min} and ${max}`;
  return z.int(says(rule)).min(min, `must ${rule}`).max(max, `must ${rule}`);
}

function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, says(`be one of ${words.join(", ")}`));
}

/** An absolute URL without spaces; kept as it was written. */
function httpUrl({ httpsOnly = false, max = 2_048 }: { httpsOnly?: boolean; max?: number } = {}) {
  const kind = httpsOnly ? "an https URL" : "an http or https URL";
  const rule = `be ${kind} of at most ${max.toLocaleString("en")} characters`;
  const form = httpsOnly ? /^https:\/\/[^\s/]/i : /^https?:\/\/[^\s/]/i;
  const accepts = (value: string) => value.length <= max && form.test(value) && !/\s/.test(value) && URL.canParse(value);
  return z
    .string(says(rule))
    .refine(accepts, `must ${rule}`)
    .meta({ override: { format: "uri", maxLength: max } });
}

function email() {
  // One @, and a dot somewhere in what follows; the parts hold nothing that could end a mail header.
  const form = /^(?=.{3,254}$)[^\s@<>,;:"]{1,64}@[^\s@<>,;:"]*\.[^\s@<>,;:"]+$/;
  return matching("be an e-mail address", form).meta({ override: { format: "email", minLength: 3, maxLength: 254 } });
}

/** A string of a form that `rule` puts into words. */
function matching(rule: string, form: RegExp) {
  return z.string(says(rule)).refine((value) => form.test(value), `must ${rule}`);
}

/** A list; its length is looked at before any item, so that a million items cost nothing. */
function list<Item extends z.ZodType>(item: Item, { max }: { max: number }) {
  const items = z.array(item, says("be an array")).meta({ maxItems: max });
  return z.preprocess((value, context) => {
    if (!Array.isArray(value) || value.length <= max) return value;
    context.issues.push({ code: "custom", message: `must contain at most ${max.toLocaleString("en")} items`, input: undefined });
    return z.NEVER;
  }, items);
}

/** Any string: one of the wrong form is an unknown chatbot, not an invalid request. */
function chatbotId() {
  return z.string(says("be a string")).meta({ description: "24 lower-case hex digits", example: "64d2f0c1a9e8b7f6d5c4b3a2" });
}

/** A whole number in a query string. */
function queryNumber({ min, max, rule }: { min: number; max: number; rule?: string }) {
  const message = rule ?? `be an integer between ${min} and ${max}`;
  const fromText = (value: unknown) => (typeof value === "string" && /^-?\d{1,16}$/.test(value) ? Number(value) : value);
  return z.preprocess(fromText, z.int(says(message)).min(min, `must ${message}`).max(max, `must ${message}`));
}
