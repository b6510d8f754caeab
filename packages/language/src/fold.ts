const latin = /\p{Script=Latin}/u;
const marks = /\p{M}+/gu;
/** Latin letters whose stroke or ligature is no combining mark, so that decomposition leaves them. */
const strokes = /[ßæœøđðłħıþŧ]/g;
const withoutStroke: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  ł: "l",
  ħ: "h",
  ı: "i",
  þ: "th",
  ŧ: "t",
};
const ascii = /^[\x20-\x7e]*$/;

/**
 * Takes the accents off a word in Latin script, so that what is typed without them finds what is written with them. Words of other
 * scripts keep their marks, which there tell letters apart.
 */
export function fold(word: string): string {
  if (ascii.test(word) || !latin.test(word)) return word;
  return word
    .normalize("NFD")
    .replace(marks, "")
    .replace(strokes, (letter) => withoutStroke[letter] ?? letter)
    .normalize("NFC");
}
