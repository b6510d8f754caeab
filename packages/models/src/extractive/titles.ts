import { words } from "@parlance/language";
import type { AnswerPassage } from "@parlance/ports";
import { extract, type Extract, isClosed, spansOf } from "./spans.ts";

/** Characters of a product's name at most, which is read with each of its lines. */
const longestName = 300;
/** More words than a title has. */
const headingWords = 8;
const nameLine = /^(?:product[ _-]?)?(?:name|title)\s*:\s*/iu;

/** The name of a product without the word "name" before it, or its first line. */
export function productName({ text, language }: AnswerPassage): Extract | undefined {
  const lines = spansOf(text, language).map((span) => extract(text, span));
  if (lines.length < 2) {
    return undefined;
  }
  const named = lines.find((line) => nameLine.test(line.text));
  const key = nameLine.exec(named?.text ?? "")?.[0].length ?? 0;
  const name = named && key < named.text.length ? extract(text, { start: named.start + key, end: named.end }) : lines[0];
  return name && name.text.length <= longestName ? name : undefined;
}

/** A short line that ends as no sentence does. */
export function isTitle({ text }: Extract): boolean {
  return !isClosed(text) && !/[:|,;]/.test(text) && words(text).length <= headingWords;
}

/** One that gives no figure, which somebody could ask for. */
export function isWordyTitle(line: Extract): boolean {
  return isTitle(line) && !/\p{N}/u.test(line.text);
}
