import { leansBack, splitSentences, words } from "@parlance/language";

/** A sentence, line or row of a passage with what it is read with. */
export interface Unit {
  text: string;
  /** Headings and titles above it and the head of its table. */
  context: string;
  /** The two sentences before it in its paragraph. */
  before: string;
  /** That it may speak of what those name. */
  leans: boolean;
  /** Title of the document, as far as it stands in the passage. */
  title: string;
  /** Of a row of a table, the head of the table and the row. */
  row?: string;
}

/** Languages whose verbs say what they are about, so that no pronoun tells that a sentence leans on the one before. */
const withoutSubjects = new Set("es it pt ro el tr ar zh ja ko".split(" "));
/** Too few to name what they are about. */
const fewWords = 3;
const sentencesBefore = 2;
/** Characters of a line that may be the title of what follows. */
const longestTitle = 60;
/** Characters of what each sentence is read with: below the head of a wide table stand as many rows as there is room for. */
const longestContext = 2_000;
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
      const context = [title, heading, tableHead, line].join(" ").slice(0, longestContext);
      const leans = leansOnBefore(sentence, language);
      const last = before.slice(-sentencesBefore).join(" ");
      units.push({
        text: sentence,
        context,
        before: last,
        leans,
        title,
        ...(sentence.startsWith("|") && { row: `${tableHead.slice(0, longestContext)} ${sentence}` }),
      });
      before.push(sentence);
    }
  }
  return units;
}

/** A pronoun says so, and a line or a few words that are no whole sentence; a row names by itself what it tells. */
function leansOnBefore(sentence: string, language: string): boolean {
  if (sentence.startsWith("|")) return false;
  const isFragment = !closed.test(sentence) || words(sentence).length <= fewWords;
  return isFragment || withoutSubjects.has(language) || leansBack(sentence, language);
}
