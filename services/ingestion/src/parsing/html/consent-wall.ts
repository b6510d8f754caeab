import { surroundings, type PageDocument, type PageElement } from "./page-surroundings.ts";

/** What must be known of a page before it is taken apart. */
export interface Question {
  /** What buttons and links say. */
  labels: readonly string[];
  /** Text of what is around the page's own, in one line. */
  around: string;
}

export function questionOf({ body }: PageDocument): Question {
  return {
    labels: outermost(body, controls).map((element) => plain(element.textContent || (element.getAttribute("value") ?? ""))),
    around: plain(
      outermost(body, surroundings)
        .map((element) => element.textContent)
        .join(" "),
    ),
  };
}

const controls = "button, a, [role=button], input[type=submit], input[type=button]";

function outermost(body: PageElement, selectors: string): PageElement[] {
  return [...body.querySelectorAll(selectors)].filter((element) => element.parentElement?.closest(selectors) == null);
}

/**
 * Whether a page only asks for consent to cookies, as some sites do before they show the page itself. It has a button to agree with, and each
 * line of it speaks of what is consented to: a page with anything of its own beside such a question is none, nor is one that tells by its title
 * what the site does with data.
 */
export function isConsentWall({ title, text, question }: { title: string; text: string; question: Question }): boolean {
  if (text.length > longest || !core.test(text) || !question.labels.some((label) => agrees.test(label))) return false;
  if (aboutData.test(title) && !asking.test(title)) return false;
  let strange = 0;
  let said = 0;
  for (const line of text.split("\n").map((marked) => plain(marked.replace(/^[#\s|>-]+|\|/g, " ")))) {
    if (line === "" || question.labels.includes(line) || line === plain(title) || question.around.includes(line)) continue;
    if (ofConsent.test(line) || ofCookies.test(line)) said += 1;
    else if (isLabel(line)) strange += 1;
    else if (!inPassing.test(line)) return false;
  }
  return said > 0 && strange <= mostLabels;
}

const longest = 8_000;
/** Short lines that may be names of languages or of purposes. What they say cannot be told. */
const mostLabels = 3;

function isLabel(line: string): boolean {
  return line.split(" ").length <= 3 && line.length <= 30 && !/\d/.test(line);
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[’`]/g, "'")
    .replaceAll(/[\s\u00a0]+/g, " ")
    .trim();
}

function anyOf(...words: readonly string[]): RegExp {
  return new RegExp(words.join("|"), "iu");
}

const agrees = anyOf(
  String.raw`^(?:yes,? )?(?:i )?(?:accept|agree|allow|consent|got it|ok$|okay$|continue (?:and|with)|that's ok)`,
  String.raw`\b(?:akzeptieren|zustimmen|zustimmung|einverstanden|annehmen|erlauben|verstanden)\b`,
  String.raw`^(?:tout |j')?(?:accept(?:er|e)|autoriser)\b|^(?:aceptar|acepto|permitir)\b|^(?:accett[ao]|acconsento)\b`,
  String.raw`\b(?:accepteren|akkoord|toestaan)\b|^(?:aceitar|aceito|concordo)\b|^(?:akceptuj|zgadzam|zaakceptuj|przejdź do)`,
  String.raw`^(?:acceptera|godkänn|accepter|godta|tillad|hyväksy|přijmout|souhlas|elfogad|accept)`,
  String.raw`^(?:принять|соглас|прийняти|kabul|αποδοχή|συμφωνώ)|同意|許可|接受|동의|موافق|أوافق`,
);

/** Says that consent to something of the web is at issue. */
const core = anyOf(
  String.raw`\bcookies?\b|\bconsent\b|\btracking\b|einwillig|zustimm|consentement|traceurs|consentimiento|consentimento|\bconsenso\b`,
  String.raw`toestemming|\bzgod|samtyck|samtykke|souhlas|файлы cookie|куки|çerez|クッキー|쿠키|ملفات تعريف الارتباط`,
);

/** A bakery's cookies are nobody's consent. */
const ofCookies = new RegExp(
  `^(?=.*(?:\\bcookies?\\b|куки|çerez|クッキー|쿠키|ارتباط))(?=.*(?:${[
    "\\buse[sd]?\\b|\\busing\\b|accept|consent|web ?sites?|\\bsite|web|browser|device|\\bstor|partner|third|privacy|polic|setting|prefer|necessary|essential",
    "function|statisti|marketing|performance|technolog|experience|analy|\\bdata\\b|\\bdecline|\\breject|\\bad(?:s|vert)|track|personali|manag",
    "verwend|nutz|setz|speicher|notwendig|technisch|erforderlich|utilis|\\busa|utiliza|necessári|necesari|navega|gebruik|noodzakelijk|używa|stosuje",
    "использу|kullan|使用|利用|사용|نستخدم|använd|bruker|bruger|použív",
  ].join("|")}))`,
  "iu",
);

const ofConsent = anyOf(
  String.raw`\bconsent|partners\b.*\b(?:stor|process|data|information)|legitimate interest|(?:store|access)\b.*\bdevice|before you continue|ad measurement`,
  String.raw`(?:personali[sz]ed|targeted) (?:ads|advert|content)|your privacy|data privacy|privacy (?:policy|notice|settings|choices|statement)|personal data`,
  String.raw`\btracking\b|\bgdpr\b|\bvendors?\b.*\b(?:list|data)|geolocation data`,
  String.raw`einwillig|zustimm|datenschutz|\bdsgvo\b|(?:mit|ohne|keine|personalisierte) werbung|werbung und|personenbezogen|nutzungsdaten|partner.*daten|daten.*partner`,
  String.raw`consentement|traceurs|vie privée|(?:publicités?|anuncios|publicidad|pubblicità|publicidade) (?:person|cibl)|données personnelles|partenaires.*données`,
  String.raw`consentimiento|privacidad|socios.*datos|datos personales|\bconsenso|dati personali|partner.*\bdati|toestemming|persoonsgegevens|persoonlijke advert`,
  String.raw`consentimento|privacidade|dados pessoais|parceiros.*dados|\bzgod|danych osobowych|spersonalizowan\S* reklam|prywatnoś|samtyck|samtykke|souhlas`,
  String.raw`персональн|конфиденциальност|kişisel veri|個人情報|プライバシー|隐私|隱私|개인정보`,
);

/** Said beside it, and nowhere else of so little. */
const inPassing = anyOf(
  String.raw`change your mind|at any time|withdraw|your choices?\b|\b(?:manage|more) (?:options|settings|preferences)|opt(?:ing)? out|for the following purposes|imprint|legal notice`,
  String.raw`jederzeit|widerruf|einstellungen|auswahl|zwecke|impressum|\babo\b|abonnent|à tout moment|finalités|retirer|paramètres|en cualquier momento`,
  String.raw`in qualsiasi momento|impostazioni|op elk moment|instellingen|a qualquer momento|definições|w dowolnym|ustawienia`,
);

const aboutData = anyOf(
  String.raw`privacy|cookies?\b|datenschutz|data protection|confidentialit|vie privée|privacidad|privacidade|riservatezza|prywatno|gizlilik|конфиденциальност|個人情報|隐私|개인정보`,
);
/** Of a question's title, though it speaks of the same. */
const asking = anyOf(
  String.raw`consent|choices|preferences|settings|\bgate\b|\bwall\b|value your|before you|einstellung|zustimm|einwillig|consentement|consentimiento|toestemming`,
);
