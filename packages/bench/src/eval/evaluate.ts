import type { ParlanceClient } from "./client.ts";
import { countWords, holdsAnswer, Mean, normalise, rankOf } from "./measures.ts";
import type { Article, Question, QuestionSet } from "./questions.ts";
import { seededRandom, withTypos } from "./typos.ts";

export interface Report {
  language: string;
  paragraphs: number;
  questions: number;
  hitAt1: number;
  hitAt5: number;
  ndcgAt10: number;
  hitAt1OneTypo: number;
  hitAt1TwoTypos: number;
  answered: number;
  holdsSpan: number;
  words: number;
  farRefused: number;
  nearRefused: number;
  passagesPerSecond: number;
}

export interface EvaluateOptions {
  client: ParlanceClient;
  progress: (text: string) => void;
  /** Every n-th question is asked. */
  every: number;
}

/** Trains a question set through the REST API and measures what comes back. */
export async function evaluate(set: QuestionSet, options: EvaluateOptions): Promise<Report> {
  const { client } = options;
  const whole = await train(set.articles, `${set.language}, all`, options);
  // Every second article, so that the other half asks about what was never trained.
  const half = await train(
    set.articles.filter((_, i) => i % 2 === 0),
    `${set.language}, half`,
    options,
  );
  const asked = sample(
    set.articles.flatMap((article) => article.questions),
    options.every,
  );
  const far = sample(
    set.articles.filter((_, i) => i % 2 === 1).flatMap((article) => article.questions),
    options.every,
  );
  const retrieval = await measureRetrieval(whole.chatbotId, set, asked, options);
  const answers = await measureAnswers(whole.chatbotId, set.language, asked, options);
  const farRefused = await measureRefusals(half.chatbotId, far, `${set.language}, far`, options);
  const nearRefused = await measureNear(set, options);
  await client.deleteChatbot(whole.chatbotId);
  await client.deleteChatbot(half.chatbotId);
  return {
    language: set.language,
    paragraphs: set.articles.reduce((sum, article) => sum + article.paragraphs.length, 0),
    questions: asked.length,
    ...retrieval,
    ...answers,
    farRefused,
    nearRefused,
    passagesPerSecond: whole.passagesPerSecond,
  };
}

async function train(articles: readonly Article[], name: string, { client, progress }: EvaluateOptions) {
  const texts = articles.map((article) => `# ${article.title}\n\n${article.paragraphs.join("\n\n")}`);
  const began = performance.now();
  const chatbotId = await client.createChatbot(name, texts[0] ?? "");
  for (const text of texts.slice(1)) await client.addText(chatbotId, text);
  await client.trained(chatbotId, (percent) => progress(`training ${name}: ${percent} %`));
  const paragraphs = articles.reduce((sum, article) => sum + article.paragraphs.length, 0);
  return { chatbotId, passagesPerSecond: paragraphs / ((performance.now() - began) / 1_000) };
}

async function measureRetrieval(chatbotId: string, set: QuestionSet, asked: readonly Question[], options: EvaluateOptions) {
  const paragraphs = set.articles.flatMap((article) => article.paragraphs.map(normalise));
  const random = seededRandom(7);
  const figures = {
    hitAt1: new Mean(),
    hitAt5: new Mean(),
    ndcgAt10: new Mean(),
    hitAt1OneTypo: new Mean(),
    hitAt1TwoTypos: new Mean(),
  };
  const rank = async (text: string, question: Question) =>
    rankOf(await options.client.query(chatbotId, text, 20), question.paragraph, paragraphs) ?? Number.POSITIVE_INFINITY;
  for (const [i, question] of asked.entries()) {
    options.progress(`${set.language}, retrieval: ${i + 1} of ${asked.length}`);
    const at = await rank(question.text, question);
    figures.hitAt1.add(at === 1);
    figures.hitAt5.add(at <= 5);
    // One relevant passage: the ideal gain is 1.
    figures.ndcgAt10.add(at <= 10 ? 1 / Math.log2(at + 1) : 0);
    figures.hitAt1OneTypo.add((await rank(withTypos(question.text, 1, random), question)) === 1);
    figures.hitAt1TwoTypos.add((await rank(withTypos(question.text, 2, random), question)) === 1);
  }
  return {
    hitAt1: figures.hitAt1.value,
    hitAt5: figures.hitAt5.value,
    ndcgAt10: figures.ndcgAt10.value,
    hitAt1OneTypo: figures.hitAt1OneTypo.value,
    hitAt1TwoTypos: figures.hitAt1TwoTypos.value,
  };
}

async function measureAnswers(chatbotId: string, language: string, asked: readonly Question[], options: EvaluateOptions) {
  const answered = new Mean();
  const holds = new Mean();
  const words = new Mean();
  for (const [i, question] of asked.entries()) {
    options.progress(`${language}, answers: ${i + 1} of ${asked.length}`);
    const { text, refused } = await options.client.ask(chatbotId, question.text);
    answered.add(!refused);
    holds.add(!refused && holdsAnswer(text, question.spans));
    if (!refused) words.add(countWords(text, language));
  }
  return { answered: answered.value, holdsSpan: holds.value, words: words.value };
}

async function measureRefusals(
  chatbotId: string,
  asked: readonly Question[],
  name: string,
  options: EvaluateOptions,
): Promise<number> {
  const refusals = new Mean();
  for (const [i, question] of asked.entries()) {
    options.progress(`${name}: ${i + 1} of ${asked.length}`);
    refusals.add((await options.client.ask(chatbotId, question.text)).refused);
  }
  return refusals.value;
}

/** Near misses: the article is known, but the paragraph that answers is left out. One paragraph of each article is. */
async function measureNear(set: QuestionSet, options: EvaluateOptions): Promise<number> {
  const missing = new Set(set.articles.map((article) => article.paragraphs[Math.floor(article.paragraphs.length / 2)]));
  const known = set.articles.map((article) => ({
    ...article,
    paragraphs: article.paragraphs.filter((text) => !missing.has(text)),
  }));
  const { chatbotId } = await train(known, `${set.language}, near`, options);
  const asked = set.articles.flatMap((article) => article.questions.filter((question) => missing.has(question.paragraph)));
  const refused = await measureRefusals(chatbotId, sample(asked, options.every), `${set.language}, near`, options);
  await options.client.deleteChatbot(chatbotId);
  return refused;
}

function sample<T>(items: readonly T[], every: number): T[] {
  return items.filter((_, i) => i % every === 0);
}
