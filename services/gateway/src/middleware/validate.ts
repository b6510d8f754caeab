import type { z } from "zod";
import { restErrors, type FieldError } from "../rest-error.ts";

/** More would help nobody, and a hostile body could cause a million. */
const mostErrors = 20;

/**
 * Checks what a client sent against a schema; unknown fields are dropped.
 * @throws RestError REQUIRED or INVALID: the message is that of the first field, in the order of the contract's table.
 */
export function validate<Output>(schema: z.ZodType<Output>, value: unknown): Output {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw restErrors.invalid(fieldErrors(result.error.issues));
}

function fieldErrors(issues: readonly z.core.$ZodIssue[]): FieldError[] {
  const errors = new Map<string, FieldError>();
  for (const issue of issues) {
    const field = fieldName(issue.path);
    if (errors.has(field)) continue;
    errors.set(field, { field, message: field === "" ? issue.message : `${field} ${issue.message}` });
    if (errors.size === mostErrors) break;
  }
  return [...errors.values()];
}

/** `messages[0].content`, as a JavaScript programmer would write it. */
function fieldName(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, part) => {
    if (typeof part === "number") return `${name}[${part}]`;
    return name === "" ? String(part) : `${name}.${String(part)}`;
  }, "");
}
