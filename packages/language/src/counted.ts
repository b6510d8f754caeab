import { fold } from "./fold.ts";
import { isFunctionWord } from "./function-words.ts";
import { words } from "./words.ts";

/** People, units and occasions, by ISO 639-1: "350 guests" tells how many people there are, "half an hour" how many minutes. */
const lists: Readonly<Record<string, string>> = {
  en: "people persons times minutes hours days nights weeks months years kilometers kilometres miles meters metres square feet euros dollars pounds percent",
  de: "leute menschen personen mal male minuten stunden tage nächte wochen monate jahre kilometer meter quadratmeter euro prozent",
  es: "personas gente veces minutos horas días noches semanas meses años kilómetros metros euros",
  fr: "personnes gens fois temps minutes heures jours nuits semaines mois ans années kilomètres mètres euros",
  it: "persone gente volte tempo minuti ore giorni notti settimane mesi anni chilometri metri euro",
  pt: "pessoas gente vezes tempo minutos horas dias noites semanas meses anos quilómetros quilômetros metros euros",
  nl: "mensen personen keer tijd minuten uur uren dagen nachten weken maanden jaar jaren kilometer meter euro",
  ru: "человек людей раз времени минут часов дней суток ночей недель месяцев лет километров метров рублей процентов",
};
const sets = new Map<string, ReadonlySet<string>>();
/** Russian asks with the same word how much something weighs or lasts; a verb follows. */
const russianVerb = /(?:ет|ит|ют|ут|ат|ят|ся)$/u;

/**
 * What a question counts, folded: the first word that carries meaning behind "how many". undefined for what is counted under other names as well, such
 * as people and hours.
 * @param counted the question behind "how many"
 */
export function countedThing(counted: string, language: string): string | undefined {
  let loose = sets.get(language);
  if (loose === undefined) sets.set(language, (loose = new Set((lists[language] ?? "").split(" ").map(fold))));
  const thing = words(counted)
    .map(fold)
    .find((word) => !isFunctionWord(word, language));
  if (thing === undefined || loose.has(thing) || (language === "ru" && russianVerb.test(thing))) return undefined;
  return thing;
}
