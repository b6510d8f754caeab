/** Scripts written without spaces between words, where only a dictionary finds them. */
const unspaced = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const cjkRun = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々〆]+/gu;
const word = /[\p{L}\p{M}\p{N}]+(?:['’ʼ][\p{L}\p{M}]+)*/gu;
const segmenter = new Intl.Segmenter("th", { granularity: "word" });

/**
 * Words of a text in order, in lower case, NFKC: letters, marks and digits, with an apostrophe only inside a word. Chinese, Japanese and
 * Korean runs come as overlapping pairs of characters, because neither spaces nor dictionaries divide them alike in text and query.
 */
export function words(text: string): string[] {
  const found: string[] = [];
  for (const match of normalise(text).matchAll(word)) {
    const token = match[0];
    if (unspaced.test(token)) found.push(...dictionaryWords(token));
    else if (token.search(cjkRun) >= 0) pushCjk(token, found);
    else found.push(token);
  }
  return found;
}

/** NFKC takes the vowel AM of Thai and Lao apart, as neither dictionaries nor keyboards do. */
function normalise(text: string): string {
  return text.normalize("NFKC").toLowerCase().replaceAll("\u0e4d\u0e32", "\u0e33").replaceAll("\u0ecd\u0eb2", "\u0eb3");
}

function dictionaryWords(run: string): string[] {
  return [...segmenter.segment(run)].filter((part) => part.isWordLike === true).map((part) => part.segment);
}

/** A token may mix scripts ("iPhone手机"): runs of CJK become bigrams, what stands between them stays whole. */
function pushCjk(token: string, found: string[]): void {
  let end = 0;
  for (const run of token.matchAll(cjkRun)) {
    if (run.index > end) found.push(token.slice(end, run.index));
    end = run.index + run[0].length;
    const characters = [...run[0]];
    if (characters.length === 1) found.push(run[0]);
    for (let i = 1; i < characters.length; i++) found.push(`${characters[i - 1]}${characters[i]}`);
  }
  if (end < token.length) found.push(token.slice(end));
}
