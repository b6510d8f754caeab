import { readHandbook } from "@parlance/testkit";
import type { Random } from "./synthetic.ts";

/**
 * Text in the words of the testkit's handbook, of any length and never twice the same: each word follows the one before it as it does
 * somewhere in the handbook. An embedder reads it as it reads English.
 */
export function makeProse(characters: number, random: Random): string {
  const followers = new Map<string, string[]>();
  const words = readHandbook()
    .flatMap((page) => page.text.replaceAll(/^#.*$/gm, "").split(/\s+/))
    .filter((word) => word !== "");
  words.forEach((word, index) => {
    const next = words[index + 1] ?? words[0] ?? "";
    const known = followers.get(word);
    if (known === undefined) followers.set(word, [next]);
    else known.push(next);
  });
  const parts: string[] = [];
  let word = words[0] ?? "";
  for (let length = 0, inParagraph = 0; length < characters; length += word.length + 1, inParagraph += word.length + 1) {
    const next = followers.get(word) ?? words;
    const ends = word.endsWith(".") && inParagraph > 600;
    parts.push(word, ends ? "\n\n" : " ");
    if (ends) inParagraph = 0;
    word = next[Math.floor(random() * next.length)] ?? "";
  }
  return parts.join("");
}
