import { hasContent } from "./analyze.ts";

/** Ways of reaching somebody that are told by their form: nobody writes "our phone number is" in front of one. */
export type Contact = "email" | "phone";

const words: Readonly<Record<Contact, string>> = {
  email:
    "e-?mail(?:[- ]?(?:address(?:es)?|adresse?|adres|id))?|mail(?:adresse|adres| address)|(?:adres|adresse|adresă|dirección de|indirizzo|endereço de) e-?mail|correo(?: electrónico)?|courriel|posta elettronica|почт\\p{L}+|имейл|e-?posta(?: adres\\p{L}*)?|ηλεκτρονικ\\p{L}+ ταχυδρομε\\p{L}+|(?:ال)?بريد\\p{L}* (?:ال)?[إا]لكتروني\\p{L}*|(?:ال)?[إا]يميل\\p{L}*|ईमेल(?: पता)?|อีเมล|メール(?:アドレス)?|이메일(?: 주소)?|(?:电子)?(?:邮箱|邮件)(?:地址)?",
  phone:
    "(?:tele)?phone (?:number|no\\.?)|(?:telefon|handy|ruf)nummer|n[uú]mero de tel[eé]fono|tel[eé]fono|num[ée]ro de téléphone|numero di telefono|(?:número de )?telefone|telefoonnummer|номер телефона|телефон\\p{L}?|numer\\p{L}? telefonu|număr\\p{L}* de telefon|telefon numara\\p{L}*|τηλ[εέ]φων\\p{L}+|رقم (?:ال)?(?:هاتف|تلفون|جوال)\\p{L}*|फ़?ोन नंबर|เบอร์โทร(?:ศัพท์)?|หมายเลขโทรศัพท์|(?:số )?điện thoại|電話番号|전화 ?번호|(?:联系)?电话(?:号码)?",
};
const named = { email: alone(words.email), phone: alone(words.phone) };
/** Words that ask for what stands beside them, which function words do not know. */
const asking =
  /请问|是|多少|什么|有|吗|呢|的|你们?|您|何|教えてください|(?:이|가|은|는|을|를)? ?(?:뭐예요|뭔가요|무엇인가요|무엇입니까|있나요|있습니까|알려 ?주세요)/gu;

const mail = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/u;
const number =
  /(?<![\p{L}\p{N}.,:/-]|\d[ \u00a0])(?:\+|00)?\(?\d(?:[ \u00a0()/.–-]{0,3}\d){6,14}(?![\p{L}\p{N}]|[ \u00a0.,/-]\d)/gu;
/** Days, spans of years, sums in groups of three digits, numbers of books and addresses of the Internet. */
const otherNumber =
  /^(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{4} ?[–/-] ?\d{4}|[1-9]\d{0,2}(?:[ \u00a0.]\d{3})+|97[89][ -].*|\d{1,3}(?:\.\d{1,3}){3}|[1-9]\d+)$/u;

/** The ways of reaching somebody that a text tells. */
function contactsIn(text: string): Contact[] {
  const found: Contact[] = [];
  if (text.includes("@") && mail.test(text)) found.push("email");
  if (text.matchAll(number).some(([written]) => !otherNumber.test(written))) found.push("phone");
  return found;
}

/** What a text that tells one is found by, beside its words: terms that no word gives. */
export function contactTerms(text: string): string[] {
  return contactsIn(text).map(contactTerm);
}

export function contactTerm(contact: Contact): string {
  return `@${contact}`;
}

/**
 * Which address or number a question asks for, and about what: undefined for one that says something else of it, such as how to change it.
 * @param rest what follows "What is", if the question begins so
 * @param language ISO 639-1, of the question
 */
export function askedContact(
  question: string,
  { rest, language }: { rest: string | undefined; language: string },
): { kind: Contact; about: string } | undefined {
  for (const kind of ["email", "phone"] as const) {
    const about = (rest ?? question).replace(named[kind], " ");
    if (about === (rest ?? question)) continue;
    if (!hasContent(about.replaceAll(asking, " "), language)) return { kind, about: "" };
    if (rest !== undefined) return { kind, about };
  }
  return undefined;
}

function alone(sources: string): RegExp {
  return new RegExp(
    `(?<![\\p{Script=Latin}\\p{Script=Cyrillic}\\p{N}])(?:${sources})(?![\\p{Script=Latin}\\p{Script=Cyrillic}])`,
    "iu",
  );
}
