import { formsOf, isContent } from "./analyze.ts";
import type { Particular } from "./particulars.ts";
import { calendar, timeWords } from "./time-words.ts";

/** Words by which particulars are asked for, in all languages, since few of them mean another thing elsewhere. */
const words: readonly (readonly [Particular, string])[] = [
  [
    "email",
    "e-?mail(?:[- ]?(?:address(?:es)?|adresse?|adres|id))?|mail(?:adresse|adres| address)|(?:adres|adresse|adresă|dirección de|indirizzo|endereço de) e-?mail|correo(?: electrónico)?|courriel|posta elettronica|почт\\p{L}+|имейл|e-?posta(?: adres\\p{L}*)?|ηλεκτρονικ\\p{L}+ ταχυδρομε\\p{L}+|(?:ال)?بريد\\p{L}* (?:ال)?[إا]لكتروني\\p{L}*|(?:ال)?[إا]يميل\\p{L}*|ईमेल(?: पता)?|อีเมล|メール(?:アドレス)?|이메일(?: 주소)?|(?:电子)?(?:邮箱|邮件)(?:地址)?",
  ],
  [
    "phone",
    "(?:(?:tele)?phone|contact) (?:number|no\\.?)|(?:telefon|handy|ruf)nummer|n[uú]mero de tel[eé]fono|tel[eé]fono|num[ée]ro de téléphone|numero di telefono|(?:número de )?telefone|telefoonnummer|номер телефона|телефон\\p{L}?|numer\\p{L}? telefonu|număr\\p{L}* de telefon|telefon numara\\p{L}*|τηλ[εέ]φων\\p{L}+|رقم (?:ال)?(?:هاتف|تلفون|جوال)\\p{L}*|फ़?ोन नंबर|เบอร์โทร(?:ศัพท์)?|หมายเลขโทรศัพท์|(?:số )?điện thoại|電話番号|전화 ?번호|(?:联系)?电话(?:号码)?",
  ],
  [
    "contact",
    [
      String.raw`contact(?!less)\p{L}{0,8}(?: (?:details|info(?:rmation)?|options|with|customer (?:service|support)|support|staff))?|(?:get|be) in touch|reach (?:out|you|someone|somebody|anyone|support|customer (?:service|support))|(?:(?:want|need|like|wish) to |wanna |would )*(?:talk|speak|chat)(?:ing)? (?:to|with) (?:an? |the |some |your )?(?:real |live |actual )?(?:human(?: being)?|person|people|someone|somebody|anyone|agent|advisor|adviser|representative|operator|employee|staff|team|you|support|customer (?:service|support))|(?:call|ring|phone|message|text|write(?: to)?|get hold of) you|(?:customer|client) (?:service|services|support|care)|who (?:can|do|should|may) i (?:call|ring|phone|ask|write(?: to)?)|hotline|help ?(?:desk|line)|live (?:agent|person|chat)|^(?:human|agent|operator|representative)$`,
      String.raw`kontakt\p{L}{0,12}|erreich(?:e|en|t|bar)|(?:mit )?(?:einem |einer |ihrem |eurem )?(?:echten |richtigen )?(?:menschen|mitarbeiter(?:in)?|berater(?:in)?|ansprechpartner(?:in)?|jemandem?) (?:sprechen|reden|telefonieren|schreiben|chatten)|(?:ihnen|euch|dir) schreiben|anrufen|kunden(?:service|dienst|betreuung|support)|ansprechpartner\p{L}{0,5}`,
      String.raw`(?:hablar|comunicar(?:me|se)) con (?:un |una )?(?:persona|humano|agente|asesora?|operadora?|alguien|ustedes|vosotros)(?: real)?|(?:llamar|escribir|localizar)(?:os|les|te|los)|atención al cliente|servicio al cliente`,
      String.raw`(?:vous|te) (?:joindre|appeler|écrire|téléphoner)|joindre quelqu['’]un|parler (?:à|avec) (?:un |une )?(?:vraie? )?(?:humain|conseill(?:er|ère)|personne|agent|quelqu['’]un)|service (?:à la )?client(?:s|èle|e)?`,
      String.raw`contatt\p{L}{0,6}|parlare con (?:un |una )?(?:operatore|operatrice|persona|umano|qualcuno|voi)|(?:raggiunger|chiamar|scriver)(?:vi|ti)|(?:assistenza|servizio) clienti`,
      String.raw`contat\p{L}{0,6}|falar com (?:um |uma )?(?:atendente|pessoa|humano|alguém|vocês?)|(?:ligar|escrever) para (?:vocês?|você)|atendimento ao cliente|apoio ao cliente`,
      String.raw`(?:jullie|u|je|iemand) (?:bereiken|bellen|spreken|mailen)|bereik(?:en|baar)|met (?:een |iemand)(?:mens|medewerker|persoon)? (?:spreken|praten)|klantenservice`,
      String.raw`связаться|связи|контакт\p{L}{0,6}|(?:поговорить|связаться) с (?:вами|оператором|человеком|менеджером|кем-нибудь|живым человеком)|(?:вам )?(?:дозвониться|позвонить|написать)(?: вам)?|служб\p{L} поддержки|^оператор$`,
      String.raw`skontaktować(?: się)?|porozmawiać z (?:człowiekiem|konsultantem|kimś)|(?:do was )?(?:zadzwonić|napisać)(?: do was)?|(?:biuro )?obsług\p{L} klienta`,
      String.raw`iletişim\p{L}*|ulaş\p{L}+|müşteri (?:hizmetler\p{L}*|temsilci\p{L}*)|επικοιν\p{L}+|εξυπηρέτηση πελατών|μιλήσω με (?:άνθρωπο|κάποιον|εκπρόσωπο)|vorbesc cu (?:un om|cineva|un operator)`,
      String.raw`(?:ال)?(?:تواصل|[أا]تواصل|نتواصل|[أا]تصل|نتصل|اتصال)(?: (?:معكم|معك|بكم|بك))?|خدمة (?:ال)?عملاء|(?:التحدث|[أا]تحدث) (?:مع|إلى) (?:شخص|موظف|إنسان)|संपर्क|ग्राहक सेवा|ติดต่อ|คุยกับ(?:คน|เจ้าหน้าที่)|liên (?:hệ|lạc)|nói chuyện với (?:người thật|nhân viên)|chăm sóc khách hàng`,
      String.raw`お?問い?合わせ(?:先|方法|窓口)?|ご?連絡(?:先|方法|する(?:には)?|したい)?|カスタマーサポート|オペレーター|연락처?|문의처?|고객 ?센터|상담원|联系(?:方式|我们|你们|您)?|联络|客服|(?:转)?人工(?:客服|服务)?`,
    ].join("|"),
  ],
  [
    "hours",
    "(?:opening|business|office|working|visiting|shop|store) (?:hours|times)|hours|open(?:s|ing|ed)?|closed?|closing|(?:öffnungs|geschäfts|sprech|büro|laden)zeiten|(?:ge)?öffnet|offen|geschlossen|(?:habt|haben|macht|machen) (?:ihr|sie)(?= (?:\\p{L}{1,30} )?(?:auf|zu)(?!\\p{L}))|horarios?(?: de (?:apertura|atención))?|abr(?:en|e|ís|imos)|abiert[oa]s?|cierran?|cerrad[oa]s?|(?:horaires?|heures)(?: d['’]ouverture)?|ouver(?:te?s?|ture)|ouvr(?:ez|e|ent)|ferm(?:ez|és?|ées?)|orari(?:o)?(?: di apertura)?|apert[oiae]|apr(?:ite|e|ono)|chius[oiae]|chiudete|horários?(?: de (?:funcionamento|abertura|atendimento))?|abert[oa]s?|abrem|fechad[oa]s?|fecham?|openings(?:tijden|uren)|geopend|gesloten|(?:часы|время|режим|график) работы|открыт\\p{L}*|закрыт\\p{L}*|работаете|открыва\\p{L}+|закрыва\\p{L}+|godziny otwarcia|otwar(?:te|ci)|czynne|zamknięte|çalışma saatler\\p{L}*|açık\\p{L}*|kapalı\\p{L}*|ωράριο\\p{L}*|ανοιχτ\\p{L}+|κλειστ\\p{L}+|(?:ساعات|أوقات|مواعيد) (?:ال)?(?:عمل|دوام)\\p{L}*|مفتوح\\p{L}*|مغلق\\p{L}*|खुलने का समय|खुल\\p{L}*|เวลา(?:เปิด|ทำการ)|เปิด|giờ (?:mở cửa|làm việc|hoạt động)|mở cửa|đóng cửa|(?:営業|開館|開店|閉店)(?:時間)?|何時に[開閉]|영업 ?시간|운영 ?시간|(?:营业|开放|工作)时间|开门|关门|营业|programul|orarul|deschis\\p{L}*|închis\\p{L}*",
  ],
  [
    "address",
    "(?:street |postal |mailing )?address|locat(?:ed|ion)|situated|directions|find you|where|adresse|anschrift|standort|anfahrt|wo|befinde[nt]|dirección|ubicación|ubicad[oa]s?|dónde|encontráis|encuentran|où|trouv(?:ez|er|e)|situés?|indirizzo|dove|trovate|endereço|onde|localizad[oa]s?|adres|waar|gevestigd|адрес\\p{L}*|где|находит\\p{L}+|adres\\p{L}{0,3}|gdzie|nerede\\p{L}*|διεύθυνση|πού|(?:ال)?عنوان\\p{L}*|أين|पता|कहाँ|ที่อยู่|ที่ไหน|địa chỉ|ở đâu|住所|どこ|주소|어디\\p{L}*|地址|在?哪[里儿]|adresa|unde",
  ],
  [
    "price",
    [
      String.raw`how (?:much(?: do you (?:charge|ask|want))?|expensive)|prices?|pric(?:e ?list|ing)|rates?|fees?|costs?|preis(?:e|en|liste)?|gebühr(?:en)?|was kostet|kosten|(?:wie ?viel|was) kost\p{L}+|wie teuer`,
      String.raw`(?:lista de )?precios?|tarifas?|cu[aá]nto (?:c(?:ue|o)st\p{L}+|valen?|salen?|es)|combien (?:ça )?co[uû]t\p{L}+|combien (?:vaut|c['’]est)|c['’]est combien|prix|tarifs?|coûts?`,
      String.raw`quanto (?:cost\p{L}+|viene|vengono|cust\p{L}+|é)|prezz[io]|listino(?: prezzi)?|(?:tabela de )?preços?|(?:wat|hoeveel) kost\p{L}*|hoe duur|prijs(?:lijst)?|prijzen|tarieven`,
      String.raw`сколько (?:это )?сто[ия]\p{L}+|цен[аы]|стоимость|прайс|тарифы?|ile (?:to )?kosztuj\p{L}+|ceny|cennik|jaka jest cena|fiyat\p{L}*(?: ne kadar)?|ücret\p{L}*(?: ne kadar)?|kaç (?:para|lira|tl)|ne kadar tut\p{L}+`,
      String.raw`πόσο (?:κοστίζ\p{L}+|κάνει|κάνουν|έχει)|τιμ(?:ή|ές)|(?:ال)?[أا]سعار(?:كم)?|(?:كم )?(?:ال)?سعر|بكم|كم (?:يكلف|تكلف|الثمن)|(?:ال)?تكلفة|कीमत(?:ें)?|दाम|कितने (?:का|में)|ราคา(?:เท่าไ(?:ร|หร่))?|giá(?: cả)?(?: bao nhiêu)?|bao nhiêu tiền`,
      String.raw`いくら|料金|値段|価格|얼마(?!나)|가격|요금|价格|价钱|多少钱|怎么卖|收费|cât cost\p{L}+|prețuri(?:le)?|preț(?:ul)?`,
    ].join("|"),
  ],
];
const asking = words.map(([particular, sources]) => [particular, alone(sources)] as const);
const cannotBeDone: ReadonlySet<Particular> = new Set(["hours", "price"]);
/** "How do I open it?" asks for no hours. */
const asksHow =
  /^(?:how (?:do|does|can|could|would|to)|wie (?!sind|lauten)|c[oó]mo|comment|come|como|hoe (?!laat)|как|jak|nasıl|πώς|كيف)(?!\p{L})/iu;
/** Words around them that are neither known as function words nor say anything. */
const filler = alone(
  [
    "(?:until |till )?what time|how late|please|(?:um|bis) wie ?viel uhr|möchte|würde|gerne?|bitte|(?:jusqu['’])?à quelle heure|voudrais|souhaite|aimerais|(?:hasta|desde|a) qu[eé] hora|quiero|quisiera|necesito|gustaría|(?:fino )?a che ora|posso|vorrei|(?:até|a) que horas|entrar em|quero|gostaria|hoe laat|во сколько|с вами|хочу|можно|могу|бы|хотел\\p{L}?|o której|mogę|chcę|się|z wami|hangi saat\\p{L}*|siz(?:e|inle)|nasıl|istiyorum|μπορώ|μαζί|σας|θέλω|मैं|आपसे|कैसे|कर(?:ूँ|ें)?|सकत[ाी]|हूँ|चाहत[ाी]",
    "几点|何時|请问|怎么|如何|我要|我想|可以|能|是|多少|什么|有|吗|呢|的|你们?|您|在|何|ですか|ありますか|教えてください|(?:이|가|은|는|을|를)? ?(?:뭐예요|뭔가요|무엇인가요|무엇입니까|있나요|있습니까|인가요|예요|알려 ?주세요)",
  ].join("|"),
);

/** Characters of a question that asks for nothing else. */
const longest = 200;

export interface AskedParticular {
  particular: Particular;
  /** What else the question says: of hours, on which day; empty if nothing. */
  about: string;
}

/**
 * Which particular a question asks for; undefined for one that says something else of it, such as how to change it. Questions for hours may name
 * a day.
 * @param rest what follows "What is", if the question begins so: then all may be said that the address or the number is of
 * @param language ISO 639-1, of the question
 */
export function askedParticular(
  question: string,
  { rest, language }: { rest: string | undefined; language: string },
): AskedParticular | undefined {
  if (question.length > longest) return undefined;
  for (const [particular, form] of asking) {
    const asked = rest !== undefined && isContact(particular) ? rest : question;
    const about = asked.replace(form, " ");
    if (about === asked || (cannotBeDone.has(particular) && asksHow.test(question))) continue;
    const said = formsOf(about.replace(filler, " "), language).filter((word) => isContent(word, language, language));
    if (said.length === 0) return { particular, about: "" };
    if (asked === rest) return { particular, about };
    if (particular === "hours" && said.every(({ written }) => tellsDay(written, language))) {
      return { particular, about: said.map(({ written }) => written).join(" ") };
    }
  }
  return undefined;
}

export function isContact(particular: string): particular is "email" | "phone" {
  return particular === "email" || particular === "phone";
}

function tellsDay(word: string, language: string): boolean {
  return timeWords(language).has(word) || calendar(language).weekdays.some((name) => word.startsWith(name));
}

function alone(sources: string): RegExp {
  const letter = "[\\p{Script=Latin}\\p{Script=Cyrillic}\\p{Script=Greek}\\p{N}]";
  return new RegExp(`(?<!${letter})(?:${sources})(?!${letter})`, "giu");
}
