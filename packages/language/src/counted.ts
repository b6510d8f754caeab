import { fold } from "./fold.ts";
import { isFunctionWord } from "./function-words.ts";
import { words } from "./words.ts";

/** People and occasions, then units, by ISO 639-1: "350 guests" tells how many people there are, "half an hour" how many minutes. */
const lists: Readonly<Record<string, string>> = {
  en: "people persons times, minutes hours days nights weeks months years kilometers kilometres miles meters metres square feet euros dollars pounds percent money tons tonnes",
  de: "leute menschen personen mal male, minuten stunden tage nächte wochen monate jahre kilometer meter quadratmeter euro prozent geld tonnen",
  es: "personas gente veces, minutos horas días noches semanas meses años kilómetros metros euros dinero toneladas",
  fr: "personnes gens fois, temps minutes heures jours nuits semaines mois ans années kilomètres mètres euros argent tonnes",
  it: "persone gente volte, tempo minuti ore giorni notti settimane mesi anni chilometri metri euro soldi tonnellate",
  pt: "pessoas gente vezes, tempo minutos horas dias noites semanas meses anos quilómetros quilômetros metros euros dinheiro toneladas",
  nl: "mensen personen keer, tijd minuten uur uren dagen nachten weken maanden jaar jaren kilometer meter euro geld ton",
  ru: "человек людей раз, времени минут часов дней суток ночей недель месяцев лет километров метров рублей процентов денег тонн миль",
};
const sets = new Map<string, readonly ReadonlySet<string>[]>();
/** Russian asks with the same word how much something weighs or lasts; a verb follows. */
const russianVerb = /(?:ет|ит|ют|ут|ат|ят|ся)$/u;

/**
 * What a question counts, in words as they are typed: those behind "how many" up to the first function word, of which one is its name. Empty for
 * what is counted under other names as well, such as people, and undefined for units.
 * @param counted the question behind "how many"
 */
export function countedThing(counted: string, language: string): string | undefined {
  const [loose, units] = looseWords(language);
  const asked = words(counted).map(fold);
  const first = asked.findIndex((word) => !isFunctionWord(word, language));
  const rest = first < 0 ? [] : asked.slice(first);
  const end = rest.findIndex((word) => isFunctionWord(word, language));
  const named = end < 0 ? rest : rest.slice(0, end);
  const isMeasured = named.some((word) => units?.has(word)) || (language === "ru" && russianVerb.test(named[0] ?? ""));
  if (isMeasured) return undefined;
  return named.some((word) => loose?.has(word)) ? "" : named.join(" ");
}

function looseWords(language: string): readonly ReadonlySet<string>[] {
  let known = sets.get(language);
  if (known === undefined) {
    known = (lists[language] ?? "").split(", ").map((list) => new Set(list.split(" ").map(fold)));
    sets.set(language, known);
  }
  return known;
}
