import type { AskedFact, AskedKind } from "./fact-kinds.ts";

/** Chinese asks at the place where the answer would stand, so that the words are looked for anywhere; the first that is found counts. */
const forms: readonly (readonly [AskedKind, RegExp])[] = [
  ["email", /(?:电子)?(?:邮箱|邮件)(?:地址)?是?(?:多少|什么)/u],
  ["phone", /(?:联系)?电话(?:号码)?是?(?:多少|什么)/u],
  [
    "price",
    /(?:要|需要)?(?:多少钱|多少元|几块钱|几元)(?:一(?:小时|分钟|\p{Script=Han}))?|(?:怎么|如何)(?:收费|卖)|(?:价格|费用|票价|收费)是?(?:多少|怎样)/u,
  ],
  ["time", /(?:是?在)?(?:什么时候|什么时间|何时|几点|几月|几号|哪一?[年天日月])(?:的)?/u],
  ["number", /有?(?:多少|几)[个名位家间辆条台张本种次层楼人岁年天度]?|多(?:长|大|高|重|远|久|宽|深)/u],
  ["person", /(?:是)?(?:谁|何人|哪位)/u],
];
/** Things of a name of two characters, at the end of a question; people and units are counted under other names as well. */
const countedAtEnd =
  /(?:几\p{Script=Han}|多少[个名位家间辆条台张种本]?)(?![个名位家间辆条台张种本])((?!时间|小时|分钟|[吨米克公厘平元年天岁]|人|比例|数量|资金|金额)\p{Script=Han}{2})[?？。\s]*$/u;
/** The end of a question, and words that only make it one. */
const particles = /[吗呢么啊]|请问|一共|总共|[?？]/gu;

/** What kind of fact a Chinese question asks for; undefined for one that asks for something else. */
export function askedInChinese(question: string): AskedFact | undefined {
  for (const [kind, form] of forms) {
    if (!form.test(question)) continue;
    const about = question.replace(form, " ").replace(particles, " ");
    const counted = kind === "number" ? countedAtEnd.exec(question)?.[1] : undefined;
    return { kind, about, ...(counted !== undefined && { counted }), ...(question.includes("多重") && { measured: "weight" }) };
  }
  return undefined;
}
