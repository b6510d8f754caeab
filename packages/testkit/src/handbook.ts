import { readFileSync } from "node:fs";

export interface HandbookPage {
  title: string;
  /** Markdown: the title as heading, then the paragraphs. */
  text: string;
  questions: { question: string; answer: string }[];
}

interface SquadArticle {
  title: string;
  paragraphs: { context: string; qas: { question: string; answers: { text: string }[] }[] }[];
}

/** The twelve pages of an invented company's handbook, with questions and the spans that answer them. */
export function readHandbook(): HandbookPage[] {
  const file = new URL("../handbook/en.json", import.meta.url);
  const articles = JSON.parse(readFileSync(file, "utf8")) as SquadArticle[];
  return articles.map(({ title, paragraphs }) => ({
    title,
    text: `# ${title}\n\n${paragraphs.map((paragraph) => paragraph.context).join("\n\n")}`,
    questions: paragraphs.flatMap((paragraph) =>
      paragraph.qas.map((qa) => ({ question: qa.question, answer: qa.answers[0]?.text ?? "" })),
    ),
  }));
}
