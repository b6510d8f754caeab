export { analyze, contentTerms, surfaceForms } from "./analyze.ts";
export { detectLanguage, isEnglish } from "./detect.ts";
export { functionWords } from "./function-words.ts";
export { splitSentences, type Sentence } from "./sentences.ts";
export { likeness } from "./likeness.ts";
export { questionParts } from "./question-parts.ts";
export { replyLanguages } from "./reply-language.ts";
export { smallTalk, type SmallTalk } from "./small-talk.ts";
export { words } from "./words.ts";
