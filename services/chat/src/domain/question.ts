import { detectLanguage, followUpOf, smallTalk, splitSentences, type FollowUp } from "@parlance/language";

export interface Said {
  role: string;
  content: string;
}

/**
 * The question that the last user message asks, made to stand alone: when it leans on what was said before ("and how much is it?"),
 * the question before it is put in front, so that retrieval finds what it means. Without a model no sentence can be rewritten, but its
 * words can be joined by those it refers to. Greetings and thanks before it are nothing to lean on.
 * @returns "" when no user message has text
 */
export function standaloneQuestion(messages: readonly Said[]): string {
  const asked = messages
    .filter((message) => message.role === "user" && message.content.trim() !== "")
    .map((message) => message.content.trim());
  const question = asked.at(-1) ?? "";
  if (asked.length < 2) return question;
  const followUp = followUpOf(question);
  if (followUp === "none") return question;
  const earlier = asked.slice(0, -1).filter((message) => smallTalk(message) === undefined);
  const before = asIn(earlier, "none", "leans") ?? asIn(earlier, "asks of it");
  if (before === undefined) return question;
  // Where words decide what is found, those of "How much?" would only be missed in what answers it.
  return followUp === "names nothing" && detectLanguage(before) !== "en" ? before : `${before}\n${question}`;
}

/**
 * The last of some messages that leans no more than so on those before. "And how long is it valid?" is not what the next question is about: that is what
 * "it" stands for, unless nobody said so.
 */
function asIn(messages: readonly string[], ...kinds: readonly FollowUp[]): string | undefined {
  return messages.findLast((message) => kinds.includes(followUpOf(message)));
}

/** What asks more is a pasted text, and to tell what each question leans on takes its time. */
const mostQuestions = 50;
/** Most messages are one sentence, which is seen without knowing its language. */
const goesOnAfterAnEnd = /[\p{STerm}\n]\s*\S/u;

/**
 * What a message asks that says other things as well ("Hi! My bike is broken. Can you mend it? I live in Oslo."), in the wordings that are worth a search:
 * its questions with the sentences that they lean on, then without. Empty for a message that is a question and nothing else, has none or very many.
 */
export function askedWithin(message: string): string[] {
  if (!goesOnAfterAnEnd.test(message)) return [];
  const sentences = wholeSentences(message);
  const asks = (sentence: string | undefined) => /[?？؟]$/u.test(sentence ?? "");
  const questions = sentences.filter(asks);
  if (questions.length === 0 || questions.length === sentences.length || questions.length > mostQuestions) return [];
  const withLeaning = sentences.filter((sentence, index) => {
    const next = sentences[index + 1];
    const isLeantOn = next !== undefined && asks(next) && followUpOf(next) !== "none" && smallTalk(sentence) === undefined;
    return asks(sentence) || isLeantOn;
  });
  const wordings = [withLeaning.join(" "), questions.join(" ")];
  return [...new Set(wordings)].filter((wording) => wording !== message);
}

/** What stands behind the dot of a number ("im 15. Jahrhundert") may belong to it. */
function wholeSentences(message: string): string[] {
  const whole: string[] = [];
  for (const { text } of splitSentences(message, detectLanguage(message))) {
    const before = whole.at(-1);
    if (before !== undefined && /\p{N}\.$/u.test(before)) whole[whole.length - 1] = `${before} ${text}`;
    else whole.push(text);
  }
  return whole;
}
