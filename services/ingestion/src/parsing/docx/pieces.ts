import { Parser } from "htmlparser2";

/** Of XML, in characters. The trees that a reader makes of a part take some hundred times its memory. */
const usualPiece = 1_000_000;
/** Before these a document may be cut, where nothing but these is around them. */
const beginnings = new Set(["w:p", "w:tbl", "w:tr", "w:sdt"]);
const around = new Set(["w:document", "w:body", "w:tbl", "w:sdt", "w:sdtContent", "w:customXml"]);

/** A document in Word's XML as smaller ones that follow each other: one alone, unless it is too large to be read as a whole. Takes linear time. */
export function piecesOf(xml: string): string[] {
  if (xml.length <= usualPiece) return [xml];
  const pieces: string[] = [];
  const open: { name: string; tag: string }[] = [];
  let head = "";
  let start = 0;
  const take = (end: number) => {
    const ends = open.toReversed().map(({ name }) => `</${name}>`);
    pieces.push(head + xml.slice(start, end) + ends.join(""));
    head = open.map(({ tag }) => tag).join("");
    start = end;
  };
  const parser = new Parser(
    {
      onopentag: (name) => {
        const { startIndex, endIndex } = parser;
        const mayCut = beginnings.has(name) && startIndex - start > usualPiece;
        if (mayCut && open.every((element) => around.has(element.name))) take(startIndex);
        open.push({ name, tag: xml.slice(startIndex, endIndex + 1) });
      },
      onclosetag: () => open.pop(),
    },
    { xmlMode: true, decodeEntities: false },
  );
  parser.end(xml);
  take(xml.length);
  return pieces;
}
