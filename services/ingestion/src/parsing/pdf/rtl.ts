const strong = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/u;
const presentation = /[\ufb1d-\ufdff\ufe70-\ufeff]+/gu;

/** Letters instead of the shapes that they have within words. */
export function withLetters(text: string): string {
  return text.replace(presentation, (shapes) => shapes.normalize("NFKC"));
}

/** Brackets that were drawn for the reader's eye stand the wrong way round in the order of reading. */
export function withBrackets(text: string): string {
  const [first, last] = [/[()[\]{}]/.exec(text)?.[0], /[()[\]{}](?=[^()[\]{}]*$)/.exec(text)?.[0]];
  if (first === undefined || last === undefined || !")]}".includes(first) || !"([{".includes(last)) return text;
  return text.replaceAll(/[()[\]{}]/g, (bracket) => ")(][}{".charAt("()[]{}".indexOf(bracket)));
}

interface Placed {
  text: string;
  left: number;
  right: number;
  y: number;
  size: number;
  isLeftward: boolean;
  /** A blank was drawn before it. */
  isSpaced?: boolean;
}

/** Whether a page's text to the left was drawn from the left, as it looks, rather than as it is read. */
export function isDrawnFromLeft(pieces: readonly Placed[]): boolean {
  let fromLeft = 0;
  let last: Placed | undefined;
  let lastLeftward: Placed | undefined;
  for (const piece of pieces) {
    if (!/[\p{L}\p{N}]/u.test(piece.text)) continue;
    if (last === undefined || !areNear(last, piece)) lastLeftward = undefined;
    if (piece.isLeftward && lastLeftward !== undefined) fromLeft += piece.right > lastLeftward.right ? 1 : -1;
    last = piece;
    if (piece.isLeftward) lastLeftward = piece;
  }
  return fromLeft > 0;
}

/** In one line, and in one cell: cells stand in the order of their columns, whichever way their text runs. */
function areNear(one: Placed, other: Placed): boolean {
  const gap = Math.max(other.left - one.right, one.left - other.right);
  return Math.abs(one.y - other.y) < other.size && gap < 2 * other.size;
}

/** Pieces of a line to the left that was drawn from the left, as they are read: the last first, but what runs to the right as it stands. */
export function inReadingOrder<P extends Placed>(pieces: readonly P[]): P[] {
  const ordered: P[] = [];
  let rightward: P[] = [];
  const endRun = () => {
    // What ends or divides a text to the left is no part of it.
    const own = rightward.findLastIndex(({ text }) => /[\p{L}\p{N}]/u.test(text)) + 1;
    ordered.push(...rightward.slice(0, own).toReversed(), ...rightward.slice(own));
    rightward = [];
  };
  for (const piece of pieces.toReversed()) {
    if (!strong.test(piece.text) && (rightward.length > 0 || /[\p{L}\p{N}]/u.test(piece.text))) rightward.push(piece);
    else {
      endRun();
      ordered.push(piece);
    }
  }
  endRun();
  const places = new Map(pieces.map((piece, i) => [piece, i]));
  return ordered.map((piece, i) => {
    const last = ordered[i - 1];
    const [from = 0, to = 0] = [places.get(last ?? piece), places.get(piece)];
    const isSpaced = from === to + 1 ? last?.isSpaced === true : from === to - 1 && piece.isSpaced === true;
    return { ...piece, isSpaced };
  });
}
