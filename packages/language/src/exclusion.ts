const withouts: Readonly<Record<string, string>> = {
  en: "without",
  de: "ohne",
  es: "sin",
  fr: "sans",
  it: "senza",
  pt: "sem",
  nl: "zonder",
  ru: "без",
};
/** An article, and what is left out. */
const leftOut = "\\s+(?:\\p{L}{1,4}\\s+)?(\\p{L}{4,})";

/**
 * What a text says comes "without" something, as words in lower case: "without a contract" gives "contract".
 * @param language ISO 639-1; none are known of others than eight
 */
export function exclusions(text: string, language: string): string[] {
  const without = withouts[language];
  if (without === undefined) return [];
  return [...text.toLowerCase().matchAll(new RegExp(`(?<!\\p{L})${without}${leftOut}`, "gu"))].map(([, word = ""]) => word);
}
