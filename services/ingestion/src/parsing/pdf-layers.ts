import type { TextItem } from "./pdf-lines.ts";

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

/**
 * The text of a page without that of layers which are switched off. pdf.js gives items in the order drawn but does not tell their layers, so
 * each is looked for among the glyphs; one that is not found, such as none that lies beside the page is, stays.
 */
export function withoutHiddenLayers(items: readonly TextItem[], glyphs: readonly DrawnGlyph[]): TextItem[] {
  if (glyphs.every(({ isShown }) => isShown)) return [...items];
  const drawn = glyphs.map(({ text }) => lettersOf(text));
  const all = drawn.join("");
  const isShown = glyphs.flatMap((glyph, i) => Array.from({ length: drawn[i]?.length ?? 0 }, () => glyph.isShown));
  const kept: TextItem[] = [];
  let at = 0;
  for (const item of items) {
    const letters = lettersOf(item.str);
    const start = letters === "" ? -1 : placeOf(letters, all, at);
    if (start !== -1) at = start + letters.length;
    const shown = start === -1 ? letters.length : isShown.slice(start, at).filter(Boolean).length;
    if (shown * 2 >= letters.length) kept.push(item);
    else endLine(kept, item);
  }
  return kept;
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

/** The same for both readers, one of which writes ligatures apart and passes over marks that nobody sees. */
function lettersOf(text: string): string {
  return text.normalize("NFKC").replaceAll(/[\s\p{Cf}]/gu, "");
}
