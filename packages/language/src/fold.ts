const accented = /[\p{Script=Latin}\p{Script=Greek}]/u;
const devanagari = /\p{Script=Devanagari}/u;
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
const nukta = /\u093c/g;
const candrabindu = /\u0901/g;
const anusvara = "\u0902";
const ascii = /^[\x20-\x7e]*$/;

/**
 * Takes the accents off a word in Latin or Greek script, so that what is typed without them finds what is written with them, and brings together the two
 * ways in which Hindi writes a nasal vowel and a borrowed consonant. Other scripts keep their marks, which there tell letters apart.
 */
export function fold(word: string): string {
  if (ascii.test(word)) return word;
  if (devanagari.test(word)) return word.normalize("NFD").replace(nukta, "").replace(candrabindu, anusvara);
  if (!accented.test(word)) return word;
  return word
    .normalize("NFD")
    .replace(marks, "")
    .replace(strokes, (letter) => withoutStroke[letter] ?? letter)
    .normalize("NFC");
}
