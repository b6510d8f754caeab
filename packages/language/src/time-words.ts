/** Words that tell a time without a figure, or begin to, by ISO 639-1. */
const lists: Readonly<Record<string, string>> = {
  en: `always daily weekly monthly yearly anytime today tonight tomorrow yesterday now soon immediately morning mornings noon afternoon afternoons evening evenings night nights midnight dawn dusk weekend weekends weekday
    weekdays spring summer autumn winter easter christmas first last next until till after before once when whenever during while upon ago`,
  de: `immer täglich wöchentlich monatlich jährlich jederzeit heute morgen gestern jetzt bald sofort morgens vormittags mittags nachmittags abends nachts mittag abend nacht mitternacht wochenende wochentags werktags frühling
    frühjahr sommer herbst winter ostern pfingsten weihnachten ersten erste erster letzten nächsten bis nach vor bevor nachdem sobald wenn während`,
  es: `siempre diario diariamente diaria semanal mensual anual hoy mañana ayer ahora pronto inmediatamente mediodía tarde tardes noche noches medianoche fin primavera verano otoño invierno navidad pascua primer primero
    primera último última próximo hasta después antes cuando mientras durante tras`,
  fr: `toujours quotidien quotidiennement hebdomadaire mensuel annuel aujourd demain hier maintenant bientôt immédiatement matin matinée midi après-midi soir soirée nuit minuit week-end printemps été automne hiver noël pâques
    premier première dernier dernière prochain jusqu après avant lorsque quand dès pendant durant`,
  it: `sempre quotidiano quotidianamente settimanale mensile annuale oggi domani ieri ora adesso presto subito mattina mattino mezzogiorno pomeriggio sera notte mezzanotte weekend primavera estate autunno inverno natale pasqua
    primo prima ultimo ultima prossimo fino dopo quando mentre durante appena`,
  pt: `sempre diariamente diário semanal mensal anual hoje amanhã ontem agora breve imediatamente manhã meio-dia tarde noite meia-noite primavera verão outono inverno natal páscoa primeiro primeira último última próximo até
    depois após antes quando enquanto durante`,
  nl: `altijd dagelijks wekelijks maandelijks jaarlijks vandaag morgen gisteren nu binnenkort meteen ochtend ochtends middag middags avond avonds nacht nachts middernacht weekend lente zomer herfst winter pasen kerst
    eerste laatste volgende tot na voor voordat nadat zodra wanneer tijdens`,
  ru: `всегда ежедневно еженедельно ежемесячно ежегодно круглосуточно сегодня завтра вчера сейчас скоро сразу утром утра днём днем вечером вечера ночью ночи полдень полночь выходные выходным будни будням весной весна
    летом лето осенью осень зимой зима первый первого первой последний следующий после до когда пока перед во время`,
  zh: `每天 每日 每周 每月 每年 早上 早晨 上午 中午 下午 傍晚 晚上 夜间 凌晨 午夜 全天 当天 周一 周二 周三 周四 周五 周六 周日 周末 平日 节日 假日 春季 夏季 秋季 冬季 春天 夏天 秋天 冬天 春节 国庆 今天 明天 昨天
    现在 立即 立刻 随时 始终 之前 之后 以前 以后 期间 世纪 年代`,
};
const sets = new Map<string, ReadonlySet<string>>();

/** Words of a language, in lower case, that tell when something is: parts of the day and the year, "daily", "after". Pairs of characters in Chinese. */
export function timeWords(language: string): ReadonlySet<string> {
  let known = sets.get(language);
  if (known === undefined) sets.set(language, (known = new Set((lists[language] ?? "").split(/\s+/))));
  return known;
}

interface Calendar {
  weekdays: readonly string[];
  /** Of months and weekdays. */
  names: readonly string[];
}

const calendars = new Map<string, Calendar>();

/** Months and weekdays in lower case, without the endings that inflect them. */
export function calendar(language: string): Calendar {
  let known = calendars.get(language);
  if (known === undefined) {
    const months = Array.from({ length: 12 }, (_, month) => nameOf("month", language, [month, 1]));
    const weekdays = namesIn(Array.from({ length: 7 }, (_, day) => nameOf("weekday", language, [0, 1 + day])).flat());
    known = { weekdays, names: [...namesIn(months.flat()), ...weekdays] };
    calendars.set(language, known);
  }
  return known;
}

function nameOf(type: "month" | "weekday", language: string, [month, day]: readonly [number, number]): string[] {
  return new Intl.DateTimeFormat(language || "en", { day: "numeric", [type]: "long", timeZone: "UTC" })
    .formatToParts(Date.UTC(2001, month, day))
    .flatMap((part) => (part.type === type ? [part.value] : []));
}

function namesIn(told: readonly string[]): string[] {
  return [...new Set(told.filter((name) => /\p{L}/u.test(name)).map((name) => stemOf(name.toLowerCase())))];
}

function stemOf(name: string): string {
  return name.length > 3 && /\p{Script=Cyrillic}/u.test(name) ? name.slice(0, -1) : name;
}
