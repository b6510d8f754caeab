import type { TextItem } from "./lines.ts";

const strong = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/u;
const presentation = /[\ufb1d-\ufdff\ufe70-\ufeff]+/gu;

/** Whether a page may hold letters that were drawn as one and came out in the wrong order. */
export function mayHoldLigatures(items: readonly TextItem[]): boolean {
  return items.some(({ str }) => /[\u0600-\u06ff]/u.test(str));
}

/**
 * Text that runs to the left, with the letters that one glyph stands for in their order: pdf.js turns all that was drawn around, and the
 * letters of a ligature (lam and alef above all) with it. `glyphs` are what each glyph of the page stands for, in the order drawn;
 * where they are not those of the items, an item stays as it is.
 */
export function withLigatures(items: readonly TextItem[], glyphs: readonly string[]): TextItem[] {
  const drawn = glyphs.map((glyph) => glyph.normalize("NFKC").replaceAll(/\s/g, "")).filter((glyph) => glyph !== "");
  let next = 0;
  return items.map((item) => {
    const text = item.str.replace(presentation, (letters) => letters.normalize("NFKC"));
    const places = text.normalize("NFKC").length === text.length ? lettersOf(text) : [];
    const own: string[] = [];
    for (let left = lettersOf(item.str.normalize("NFKC")).length; left > 0 && next < drawn.length; next++) {
      own.push(drawn[next] ?? "");
      left -= drawn[next]?.length ?? 0;
    }
    return { ...item, str: repaired({ text, places, isLeftward: item.dir === "rtl" }, own) };
  });
}

/** Indices of what is not blank. */
function lettersOf(text: string): number[] {
  return Array.from({ length: text.length }, (_, i) => i).filter((i) => text.charAt(i).trim() !== "");
}

interface Piece {
  text: string;
  /** Indices of its letters. */
  places: readonly number[];
  isLeftward: boolean;
}

function repaired({ text, places, isLeftward }: Piece, glyphs: readonly string[]): string {
  const drawn = glyphs.join("");
  if (drawn.length !== places.length || !glyphs.some((glyph) => glyph.length > 1)) return text;
  const letters = places.map((place) => text.charAt(place));
  if (letters.toSorted().join("") !== drawn.split("").toSorted().join("")) return text;
  let offset = 0;
  for (const glyph of glyphs) {
    const [from, to] = isLeftward ? [0, drawn.length] : runAround(drawn, offset);
    const at = from + to - offset - glyph.length;
    const turned = glyph.split("").toReversed().join("");
    // Some fonts say alef before lam, which turned is right.
    const isTurned = glyph.length > 1 && strong.test(glyph) && glyph !== "\u0627\u0644";
    if (isTurned && letters.slice(at, at + glyph.length).join("") === turned) letters.splice(at, glyph.length, ...glyph.split(""));
    offset += glyph.length;
  }
  const result = text.split("");
  for (const [i, place] of places.entries()) result[place] = letters[i] ?? "";
  return result.join("");
}

/** The run of text to the left around a place in a text to the right. */
function runAround(drawn: string, offset: number): [number, number] {
  let [from, to] = [offset, offset];
  while (from > 0 && !/[\p{Script=Latin}\p{N}]/u.test(drawn.charAt(from - 1))) from--;
  while (to < drawn.length && !/[\p{Script=Latin}\p{N}]/u.test(drawn.charAt(to))) to++;
  return [from, to];
}

/** Brackets that were drawn for the reader's eye stand the wrong way round in the order of reading. */
export function withBrackets(text: string): string {
  const [first, last] = [/[()[\]{}]/.exec(text)?.[0], /[()[\]{}](?=[^()[\]{}]*$)/.exec(text)?.[0]];
  if (first === undefined || last === undefined || !")]}".includes(first) || !"([{".includes(last)) return text;
  return text.replaceAll(/[()[\]{}]/g, (bracket) => ")(][}{".charAt("()[]{}".indexOf(bracket)));
}
