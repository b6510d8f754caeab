/** At the end of a line, a hyphen may belong to the word, or only divide it. */
const divided = /(?<word>[\p{L}\p{M}\p{N}\-\u2010]*[\p{L}\p{M}])(?<hyphen>[-\u2010\u00ad])$/u;
const spaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}、。，！？」）]/u;
/** What follows a word whose end is told only later: "Hin- und Rückfahrt". */
const elliptic = /^(?:und|oder|bzw|sowie|bis|als|en|of|och|eller|og|and|or|to)\b/u;

/** What is longer is no word, and would take quadratic time. */
const longestWord = 100;

/** Joins lines to paragraphs. `lines` are those of the whole document, whose other words tell which hyphens belong to words. */
export function createLineJoiner(
  lines: () => Iterable<string>,
): (above: string, below: string) => { above: string; between: string } {
  let found: ReadonlySet<string> | undefined;
  return (above, below) => {
    const { word, hyphen } = divided.exec(above.slice(-longestWord))?.groups ?? {};
    const rest = /^[\p{L}\p{M}\p{N}]+(?:[-\u2010][\p{L}\p{M}]+)*/u.exec(below)?.[0];
    if (word === undefined || hyphen === undefined || rest === undefined || elliptic.test(below)) {
      const isUnspaced = spaced.test(above.at(-1) ?? "") && spaced.test(below.at(0) ?? "");
      return { above, between: isUnspaced ? "" : " " };
    }
    found ??= wordsOf(lines());
    const isPart = hyphen !== "\u00ad" && belongs(word, rest, found);
    return { above: isPart ? above : above.slice(0, -hyphen.length), between: "" };
  };
}

function belongs(word: string, rest: string, found: ReadonlySet<string>): boolean {
  if (!/^\p{Ll}/u.test(rest) || /[-\u2010]/.test(word)) return true;
  const [whole, parts] = [`${word}${rest}`, `${word}-${rest}`].map((text) => text.toLowerCase());
  return !found.has(whole ?? "") && found.has(parts ?? "");
}

/** Words that are not divided, with plain hyphens. */
function wordsOf(lines: Iterable<string>): Set<string> {
  const words = new Set<string>();
  for (const line of lines) {
    for (const [word] of line.matchAll(/[\p{L}\p{M}]+(?:[-\u2010][\p{L}\p{M}]+)*(?![-\u2010\u00ad]$)/gu)) {
      words.add(word.replaceAll("\u2010", "-").toLowerCase());
    }
  }
  return words;
}
