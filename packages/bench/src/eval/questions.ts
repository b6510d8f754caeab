import { readFile, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";

/** SQuAD's `data` member: articles of paragraphs, each with questions that it alone answers. */
const articles = z.array(
  z.object({
    title: z.string().optional(),
    paragraphs: z.array(
      z.object({
        context: z.string(),
        qas: z.array(z.object({ question: z.string(), answers: z.array(z.object({ text: z.string() })) })),
      }),
    ),
  }),
);

export interface Question {
  text: string;
  /** Any of them answers it. */
  spans: string[];
  /** The paragraph it stands under, the one relevant passage. */
  paragraph: string;
}

export interface Article {
  title: string;
  paragraphs: string[];
  questions: Question[];
}

export interface QuestionSet {
  /** Name of the file without its ending; an ISO 639-1 code by convention. */
  language: string;
  articles: Article[];
}

/** Reads every `.json` file of a folder. The whole of a SQuAD file is taken as well as its `data` member. */
export async function readQuestionSets(folder: string): Promise<QuestionSet[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  return Promise.all(
    files.map(async (name) => {
      const json: unknown = JSON.parse(await readFile(join(folder, name), "utf8"));
      const data = typeof json === "object" && json !== null && "data" in json ? json.data : json;
      return { language: basename(name, ".json"), articles: articles.parse(data).map(toArticle) };
    }),
  );
}

function toArticle(article: z.output<typeof articles>[number], index: number): Article {
  return {
    title: article.title ?? `Article ${index + 1}`,
    paragraphs: article.paragraphs.map((paragraph) => paragraph.context),
    questions: article.paragraphs.flatMap((paragraph) =>
      paragraph.qas.map((qa) => ({
        text: qa.question,
        spans: qa.answers.map((answer) => answer.text),
        paragraph: paragraph.context,
      })),
    ),
  };
}
