import type { TextItem } from "./pdf-text.ts";

/** A piece of text as it was drawn, mostly one letter. */
export interface DrawnGlyph {
  text: string;
  /** Stands in no layer that is switched off. */
  isShown: boolean;
}

/** What tells of a page's operators that concern text and layers. */
export interface PageOperators {
  fnArray: readonly number[];
  argsArray: readonly unknown[];
}

interface OperatorNames {
  showText: number;
  beginMarkedContent: number;
  beginMarkedContentProps: number;
  endMarkedContent: number;
}

/** The glyphs of a page in the order drawn. `isVisible` tells of a layer, as the operators name it, whether it is switched on. */
export function glyphsDrawn(
  { fnArray, argsArray }: PageOperators,
  names: OperatorNames,
  isVisible: (layer: unknown) => boolean,
): DrawnGlyph[] {
  const glyphs: DrawnGlyph[] = [];
  const shown = [true];
  for (const [i, operator] of fnArray.entries()) {
    const args: unknown = argsArray[i];
    const isShown = shown.at(-1) ?? true;
    if (operator === names.beginMarkedContent) shown.push(isShown);
    else if (operator === names.beginMarkedContentProps) {
      const [tag, layer] = Array.isArray(args) ? (args as unknown[]) : [];
      shown.push(isShown && (tag !== "OC" || isVisible(layer)));
    } else if (operator === names.endMarkedContent && shown.length > 1) shown.pop();
    else if (operator === names.showText && Array.isArray(args)) {
      for (const glyph of (args as unknown[]).flat()) {
        const isGlyph = typeof glyph === "object" && glyph !== null && "unicode" in glyph;
        if (isGlyph && typeof glyph.unicode === "string") glyphs.push({ text: glyph.unicode, isShown });
      }
    }
  }
  return glyphs;
}

/** What some programs call every hyphen that they draw; pdf.js takes it for a mark that nobody sees. */
export const softHyphen = "\u00ad";

/** Whether words may be divided at the ends of a page's lines by hyphens that pdf.js passes over. */
export function mayDivideWords(items: readonly TextItem[]): boolean {
  let wrapped = 0;
  let last: TextItem | undefined;
  for (const item of items) {
    if (last?.hasEOL === true && /\p{Ll}$/u.test(last.str) && /^\p{Ll}/u.test(item.str)) wrapped++;
    if (item.str.trim() !== "" || item.hasEOL) last = item.str.trim() === "" ? { ...item, str: last?.str ?? "" } : item;
  }
  return wrapped >= leastWrapped;
}

/** Any prose has as many; drawings and maps have none, and far too much else to be looked through. */
const leastWrapped = 2;

/**
 * The text of a page without that of layers which are switched off, and with its soft hyphens, which are seen. pdf.js gives items in the order
 * drawn but tells neither, so each is looked for among the glyphs; one that is not found stays as it is, as what lies beside the page does.
 */
export function asDrawn(items: readonly TextItem[], glyphs: readonly DrawnGlyph[]): TextItem[] {
  if (glyphs.every(({ text, isShown }) => isShown && text !== softHyphen)) return [...items];
  const drawn = lettersDrawn(glyphs);
  const kept: TextItem[] = [];
  let at = 0;
  for (const item of items) {
    const letters = lettersOf(item.str);
    const start = letters === "" ? -1 : placeOf(letters, drawn.letters, at);
    if (start !== -1) at = start + letters.length;
    const hidden = start === -1 ? 0 : drawn.isHidden.slice(start, at).filter(Boolean).length;
    if (hidden * 2 > letters.length) endLine(kept, item);
    else kept.push(drawn.letters.startsWith(letters, start) ? { ...item, str: withHyphens(item.str, drawn.hyphens, start) } : item);
  }
  return kept;
}

interface Drawn {
  letters: string;
  isHidden: boolean[];
  /** Indices of the letters that a soft hyphen follows. */
  hyphens: ReadonlySet<number>;
}

function lettersDrawn(glyphs: readonly DrawnGlyph[]): Drawn {
  const pieces: string[] = [];
  const isHidden: boolean[] = [];
  const hyphens = new Set<number>();
  for (const { text, isShown } of glyphs) {
    if (text === softHyphen) hyphens.add(isHidden.length - 1);
    const letters = lettersOf(text);
    pieces.push(letters);
    for (let i = 0; i < letters.length; i++) isHidden.push(!isShown);
  }
  return { letters: pieces.join(""), isHidden, hyphens };
}

/** What follows does not go on with what stood before the item that is left out. */
function endLine(kept: TextItem[], { hasEOL }: TextItem): void {
  const last = kept.pop();
  if (last !== undefined) kept.push({ ...last, hasEOL: last.hasEOL || hasEOL });
}

/** Furthest that a text is looked for behind the one before, in letters. */
const farthest = 5_000;

/** -1 when it is not there. Text that runs to the left was drawn in another order. */
function placeOf(letters: string, all: string, from: number): number {
  if (sorted(all.slice(from, from + letters.length)) === sorted(letters)) return from;
  const found = all.slice(from, from + farthest + letters.length).indexOf(letters);
  return found === -1 ? -1 : from + found;
}

function sorted(letters: string): string {
  return letters.split("").toSorted().join("");
}

function withHyphens(text: string, hyphens: ReadonlySet<number>, start: number): string {
  if (hyphens.size === 0 || start === -1) return text;
  let at = start - 1;
  let result = "";
  for (const character of text) {
    const count = lettersOf(character).length;
    at += count;
    result += count > 0 && hyphens.has(at) ? `${character}-` : character;
  }
  return result;
}

/** The same for both readers, one of which writes ligatures apart and passes over marks that nobody sees. */
function lettersOf(text: string): string {
  return text.normalize("NFKC").replaceAll(/[\s\p{Cf}]/gu, "");
}
