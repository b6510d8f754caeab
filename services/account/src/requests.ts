import { AppError } from "@parlance/platform";

const longestId = 200;

/** @throws AppError INVALID_REQUEST unless the id has 1 to 200 characters. */
export function requireId(field: string, id: string): string {
  if (id.length < 1 || id.length > longestId)
    throw new AppError("INVALID_REQUEST", { message: `${field} must have 1-${longestId} characters` });
  return id;
}

/** @throws AppError INVALID_REQUEST for a negative amount or one that is not exact as a number. */
export function requireAmount(field: string, amount: number | bigint): number {
  const value = Number(amount);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new AppError("INVALID_REQUEST", { message: `${field} must not be negative` });
  return value;
}

/** @throws AppError INVALID_REQUEST for a text of more than that many characters. */
export function requireShort(field: string, text: string, longest: number): string {
  if (text.length > longest) throw new AppError("INVALID_REQUEST", { message: `${field} must have at most ${longest} characters` });
  return text;
}
