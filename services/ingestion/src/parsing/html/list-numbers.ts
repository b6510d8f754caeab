export type NumberFormat = "decimal" | "decimalZero" | "lowerLetter" | "upperLetter" | "lowerRoman" | "upperRoman";

/** A number of a list as it is shown; in a format that is not known, in digits. */
export function writtenNumber(number: number, format: NumberFormat | (string & {})): string {
  if (number < 1) return String(number);
  if (format === "lowerLetter") return letters(number);
  if (format === "upperLetter") return letters(number).toUpperCase();
  if (format === "lowerRoman") return roman(number);
  if (format === "upperRoman") return roman(number).toUpperCase();
  return format === "decimalZero" ? String(number).padStart(2, "0") : String(number);
}

/** After z comes aa, then bb. */
function letters(number: number): string {
  return "abcdefghijklmnopqrstuvwxyz".charAt((number - 1) % 26).repeat(Math.min(Math.ceil(number / 26), 10));
}

const romans = [
  [1000, "m"],
  [900, "cm"],
  [500, "d"],
  [400, "cd"],
  [100, "c"],
  [90, "xc"],
  [50, "l"],
  [40, "xl"],
  [10, "x"],
  [9, "ix"],
  [5, "v"],
  [4, "iv"],
  [1, "i"],
] as const;

function roman(number: number): string {
  let text = "";
  let left = Math.min(number, 3_999);
  for (const [value, sign] of romans) for (; left >= value; left -= value) text += sign;
  return text;
}
