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
  let seen = 0;
  let marks = none;
  for (const { index } of text.matchAll(between)) {
    marks = counted(marks, text.slice(seen, index));
    seen = index;
    const behind = text.slice(index, index + 24);
    const length = index - last;
    if (length < shortest || repeats.test(behind) || (length < shortestBeforeMore && goesOn.test(behind))) continue;
    if (isOpen(marks)) continue;
    cuts.push(index);
    last = index;
    marks = none;
  }
  return cuts;
}

/** Marks since the last cut, counted as they come: to count them anew at each space would take quadratic time where a bracket stays open. */
interface Marks {
  /** Brackets that open, less those that close. */
  brackets: number;
  /** Of the kind that looks the same at both ends. */
  quotes: number;
  curlyQuotes: number;
}

const none: Marks = { brackets: 0, quotes: 0, curlyQuotes: 0 };

function counted({ brackets, quotes, curlyQuotes }: Marks, piece: string): Marks {
  const count = (mark: RegExp) => piece.match(mark)?.length ?? 0;
  return {
    brackets: brackets + count(/[(（]/g) - count(/[)）]/g),
    quotes: quotes + count(/"/g),
    curlyQuotes: curlyQuotes + count(/“/g) - count(/”/g),
  };
}

function isOpen({ brackets, quotes, curlyQuotes }: Marks): boolean {
  return brackets > 0 || quotes % 2 === 1 || curlyQuotes > 0;
}
