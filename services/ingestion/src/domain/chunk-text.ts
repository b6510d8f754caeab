import { blocksOf, type Block } from "./text-blocks.ts";
import { splitLines, splitProse, type Range, type SplitOptions } from "./split-long.ts";
import { codePoints, measure } from "./text-measure.ts";

/** Changes with everything that changes what a text is cut into or by which words it is found, and so the ids of chunks: a retrain puts all of them anew. */
export const chunkerVersion = "7";

export interface TextChunk {
  /** A contiguous slice of the document, without white space at either end. */
  text: string;
  /** Headings above the chunk that do not stand in its text, outermost first. */
  headings: string[];
  /** Code points from the start of the document. */
  start: number;
  /** From 0. */
  ordinal: number;
}

export interface ChunkOptions {
  /** ISO 639-1, empty if unknown. */
  language?: string;
  /** Largest chunk in characters, where a Chinese, Japanese or Korean one counts four. Default 1,000. */
  limit?: number;
}

/** A paragraph from this length on says something of its own and is not mixed with others. */
const ordinaryParagraph = 400;
/** A line or two that lead into a list or table, and stay with it. */
const leadIn = 200;
const overlap = 150;
/** A longer line is no title. */
const longestTitle = 80;

/**
 * Cuts a document into chunks, lazily. Headings begin a chunk and stand above those that follow; short neighbouring paragraphs of a section
 * are packed together; a short line that ends as no sentence does stays with what follows it; a paragraph that fits is never cut, one that does not is cut at sentence ends with an overlap; lists, tables and
 * code are cut between lines. The chunks cover all text that is not blank. Takes linear time whatever the text.
 */
export function* chunkText(text: string, options: ChunkOptions = {}): Generator<TextChunk> {
  const split: SplitOptions = { limit: options.limit ?? 1_000, overlap, language: options.language ?? "" };
  const position = { index: 0, codePoints: 0, ordinal: 0 };
  for (const piece of piecesOf(text, split)) {
    const raw = text.slice(piece.start, piece.end);
    const slice = raw.trim();
    if (slice === "") continue;
    const start = piece.start + (raw.length - raw.trimStart().length);
    position.codePoints += codePoints(text, position.index, start);
    position.index = start;
    yield { text: slice, headings: piece.headings, start: position.codePoints, ordinal: position.ordinal++ };
  }
}

interface Piece extends Range {
  headings: string[];
}

/** What is being packed: a slice that grows block by block. */
interface Pack extends Piece {
  /** Measured as it grows: measuring all of it for every short line would take quadratic time. */
  size: number;
  /** Level of its first heading, 0 for none. */
  level: number;
  hasBody: boolean;
  /** Holds an ordinary paragraph: nothing is added. */
  sealed: boolean;
  /** Where the paragraph begins that may be the title of what comes next, when it is the last one, and whether it is the only one. */
  title: { start: number; isAlone: boolean } | undefined;
}

function* piecesOf(text: string, split: SplitOptions): Generator<Piece> {
  const path: { level: number; title: string }[] = [];
  let pack: Pack | undefined;
  for (const block of blocksOf(text)) {
    if (pack !== undefined && !belongsTo(pack, block, { text, split })) {
      const { title, end } = pack;
      const parts = title !== undefined && !title.isAlone && block.kind !== "heading";
      yield parts ? { ...pack, end: title.start } : pack;
      pack = parts
        ? titlePack({ start: title.start, end }, path, measure(text, { start: title.start, end }, split.limit))
        : undefined;
    }
    if (block.kind === "heading") while ((path.at(-1)?.level ?? 0) >= block.level) path.pop();
    pack ??= emptyPack(block, path);
    pack.size += measure(text, { start: pack.end, end: block.end }, split.limit);
    pack.end = block.end;
    if (block.kind === "heading") {
      path.push(block);
      continue;
    }
    pack.title = isTitle(text, block) ? { start: block.start, isAlone: !pack.hasBody } : undefined;
    pack.hasBody = true;
    pack.sealed = isOrdinary(text, block);
    if (pack.size <= split.limit) continue;
    const ranges = block.kind === "lines" ? splitLines(text, pack, split) : splitProse(text, pack, split);
    for (const range of ranges) {
      yield { ...range, headings: range.start === pack.start ? pack.headings : path.map(({ title }) => title) };
    }
    pack = undefined;
  }
  if (pack !== undefined) yield pack;
}

function emptyPack(block: Block, path: readonly { title: string }[]): Pack {
  const headings = path.map(({ title }) => title);
  return {
    start: block.start,
    end: block.start,
    headings,
    size: 0,
    level: block.level,
    hasBody: false,
    sealed: false,
    title: undefined,
  };
}

function titlePack({ start, end }: Range, path: readonly { title: string }[], size: number): Pack {
  const headings = path.map(({ title }) => title);
  return { start, end, headings, size, level: 0, hasBody: true, sealed: false, title: { start, isAlone: true } };
}

function belongsTo(pack: Pack, block: Block, { text, split }: { text: string; split: SplitOptions }): boolean {
  const room = split.limit - pack.size;
  const fits = measure(text, { start: pack.end, end: block.end }, room) <= room;
  // A heading joins only headings beside or above it, which have no text of their own.
  if (block.kind === "heading") return !pack.hasBody && pack.level > 0 && block.level >= pack.level && fits;
  if (!pack.hasBody) return true;
  if (pack.title?.isAlone === true) return fits || measure(text, block, split.limit) > split.limit;
  if (pack.sealed) return false;
  return block.kind === "lines" ? fits || pack.size < leadIn : fits && !isOrdinary(text, block);
}

function isOrdinary(text: string, block: Block): boolean {
  return block.kind === "paragraph" && measure(text, block, ordinaryParagraph) >= ordinaryParagraph;
}

function isTitle(text: string, { kind, start, end }: Block): boolean {
  if (kind !== "paragraph" || end - start > longestTitle) return false;
  return !/\n|[.!?。！？…;,][\])}"'”’»]*\s*$/u.test(text.slice(start, end));
}
