/** Characters of a piece at least; some fifteen to twenty words. */
const shortest = 70;
/** The same before a word that goes on with what was said. */
const shortestBeforeMore = 140;
const between =
  /(?<=[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}][”"')]?) +(?=["“'(]?[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}])/gu;
/** Repeats the word before it, and stands behind a space. */
const repeats = /^ +[ๆໆៗ]/u;
const goesOn = /^ +["“'(]?(?:ที่|ซึ่ง|อัน|โดย|และ|หรือ|กับ|คือ|เช่น|ของ|ใน|จาก|เพื่อ|ว่า|ทั้ง|รวม|ตลอดจน)/u;

/** True for a language that writes neither spaces between words nor a mark at the end of a sentence. */
export function endsUnmarked(language: string): boolean {
  return language === "th" || language === "lo" || language === "km";
}

/**
 * Where a text of such a language may be cut, as UTF-16 offsets: a space ends a sentence or a clause there, and as often a name or a number, so that cuts
 * are some distance apart and never within brackets.
 */
export function cutsOf(text: string): number[] {
  const cuts: number[] = [];
  let last = 0;
  for (const { index } of text.matchAll(between)) {
    const behind = text.slice(index, index + 24);
    const length = index - last;
    if (length < shortest || repeats.test(behind) || (length < shortestBeforeMore && goesOn.test(behind))) continue;
    if (isOpen(text.slice(last, index))) continue;
    cuts.push(index);
    last = index;
  }
  return cuts;
}

function isOpen(piece: string): boolean {
  const count = (mark: RegExp) => piece.match(mark)?.length ?? 0;
  return count(/[(（]/g) > count(/[)）]/g) || count(/"/g) % 2 === 1 || count(/“/g) > count(/”/g);
}
