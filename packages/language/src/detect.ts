import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { eld as Detector } from "eld/medium";
import { fold } from "./fold.ts";
import { isFunctionWord } from "./function-words.ts";
import { words } from "./words.ts";

/** As much of a text as tells its language; more costs time and changes nothing. */
const sampleLength = 4_000;
/** A fifth of the words. Measured: English articles have at least 0.25, articles of other languages at most 0.08. */
const englishShare = 0.2;

/** ISO 639-1 code of a text's language, empty when it cannot be told (too short, numbers only, a mixture). */
export function detectLanguage(text: string): string {
  const sample = text.slice(0, sampleLength);
  const byScript = scriptLanguage(sample);
  if (byScript !== undefined) return byScript;
  return detector().detect(sample).language;
}

/** How near a text comes to a language by its letters, against the language that it comes nearest to; 0 to 1, and 0 where that is not known. */
export function nearnessTo(language: string, text: string): number {
  const found = detector().detect(text.slice(0, sampleLength));
  const scores = found.getScores();
  return (scores[language] ?? 0) / (scores[found.language] ?? Infinity);
}

/** True when English function words make up at least a fifth of the words. Meant for whole documents, not for a question. */
export function isEnglish(text: string): boolean {
  const found = words(text.slice(0, sampleLength));
  if (found.length === 0) return false;
  const functional = found.filter((word) => isFunctionWord(fold(word), "en")).length;
  return functional / found.length >= englishShare;
}

/** A script that only one of our languages is written in needs no statistics, which err on short questions. */
function scriptLanguage(sample: string): string | undefined {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(sample)) return "ja";
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  if (letters === 0) return "";
  for (const [pattern, language] of scripts) {
    if ((sample.match(pattern)?.length ?? 0) > letters / 2) return language;
  }
  return undefined;
}

const scripts: readonly (readonly [RegExp, string])[] = [
  [/\p{Script=Han}/gu, "zh"],
  [/\p{Script=Hangul}/gu, "ko"],
  [/\p{Script=Thai}/gu, "th"],
  [/\p{Script=Greek}/gu, "el"],
];

let loaded: typeof Detector | undefined;

/** The n-gram tables take a third of a second to load, which a process that only starts must not spend. */
function detector(): typeof Detector {
  // By its path, because the package offers itself to import alone.
  loaded ??= (createRequire(import.meta.url)(fileURLToPath(import.meta.resolve("eld/medium"))) as { eld: typeof Detector }).eld;
  return loaded;
}
