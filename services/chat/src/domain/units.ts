import { splitSentences } from "@parlance/language";

/** A sentence, line or row of a passage with what it is read with. */
export interface Unit {
  text: string;
  /** Headings and titles above it, the head of its table, the two sentences before it in its paragraph. */
  context: string;
  /** Title of the document, as far as it stands in the passage. */
  title: string;
  /** Of a row of a table, the head of the table and the row. */
  row?: string;
}

const sentencesBefore = 2;
/** Characters of a line that may be the title of what follows. */
const longestTitle = 60;
const rule = /^\|[\s:|-]+$/;
const closed = /[.!?。！？…)]$/u;
const entry = /^[-*•|\d]/u;

/** What a passage says, unit by unit; headings and heads of tables are context alone. */
export function readUnits(text: string, language: string): Unit[] {
  const units: Unit[] = [];
  let [title, heading, tableHead, line] = ["", "", "", ""];
  let before: string[] = [];
  let end = 0;
  for (const { text: sentence, start, end: next } of splitSentences(text, language)) {
    const isParagraph = /\n\s*\n/.test(text.slice(end, start));
    end = next;
    if (isParagraph) before = [];
    if (isParagraph && !sentence.startsWith("|")) tableHead = "";
    if (sentence.startsWith("#")) {
      if (/^#\s/.test(sentence)) title = sentence;
      [heading, tableHead, line, before] = [sentence, "", "", []];
    } else if (rule.test(sentence)) {
      continue;
    } else if (sentence.startsWith("|") && tableHead === "") {
      tableHead = sentence;
    } else {
      if (/[:：]$/.test(sentence) || (!closed.test(sentence) && !entry.test(sentence) && sentence.length < longestTitle))
        line = sentence;
      const context = [title, heading, tableHead, line, ...before.slice(-sentencesBefore)].join(" ");
      units.push({ text: sentence, context, title, ...(sentence.startsWith("|") && { row: `${tableHead} ${sentence}` }) });
      before.push(sentence);
    }
  }
  return units;
}
