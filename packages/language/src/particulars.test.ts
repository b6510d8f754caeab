import { describe, expect, it } from "vitest";
import { termsOfParticular } from "./asked-kind.ts";
import { particularTerms } from "./particulars.ts";

describe("a particular", () => {
  it.each([
    "ring 01584 496 021 on weekday mornings",
    "+44 (0)20 7946 0018",
    "(555) 123-4567",
    "1-800-555-0100",
    "010-6262 1234",
    "8 (495) 123-45-67",
    "Tel. 0711/5550143.",
  ])("is a phone number as in %j", (text) => {
    expect(particularTerms(text, "en")).toEqual(["@phone", "@contact"]);
  });

  it.each([
    "from 2010 to 2015, or 2010-2015",
    "31.12.2024, 2024-12-31 or 12/31/2024",
    "1 234 567 visitors and 12.500.000 trees",
    "ISBN 978-3-16-148410-0",
    "DE89 3704 0044 0532 0130 00",
    "4000 0000 0000 0051",
    "192.168.10.100",
    "call @home",
  ])("is none in %j", (text) => {
    expect(particularTerms(text, "en")).toEqual([]);
  });

  it("is an e-mail address", () => {
    expect(particularTerms("Write to plants@fernhill.example or ring 01584 496 021.", "en")).toEqual([
      "@email",
      "@phone",
      "@contact",
    ]);
  });

  it.each([
    ["Wednesday to Sunday, 10am to 4pm", "en"],
    ["Mon–Fri 9:00–17:30", "en"],
    ["| Montag | 8–12 Uhr | 14–18 Uhr |", "de"],
    ["Du mardi au samedi de 6 h 30 à 19 h", "fr"],
    ["Desayuno: de 7:30 a 10:30", "es"],
    ["Понедельник: 9–18", "ru"],
    ["周一至周五 9:00-18:00", "zh"],
    ["早上九点到晚上八点", "zh"],
    ["午前九時から午後六時まで", "ja"],
  ])("is when something is open, as in %j", (text, language) => {
    expect(particularTerms(text, language)).toEqual(["@hours"]);
  });

  it.each(["from £24 a month", "95 €", "ab 1.250,00 EUR", "150 рублей", "300元", "五百円", "$5"])("is a price as in %j", (text) => {
    expect(particularTerms(text, "en")).toEqual(["@price"]);
  });

  it.each(["95 % of all", "5 europeans", "3 krona", "the euro"])("is no price in %j", (text) => {
    expect(particularTerms(text, "en")).toEqual([]);
  });

  it.each(["The train leaves at 10:30.", "It won 3 to 2 in 1998.", "Chapters 10–12 tell of 5 years."])(
    "is no time of opening in %j",
    (text) => {
      expect(particularTerms(text, "en")).toEqual([]);
    },
  );

  it.each([
    "We are at 14 Shore Place, Leith.",
    "Königstraße 18, zweiter Stock",
    "7 rue des Tanneurs à Colmar",
    "Calle de Alcalá, 42",
    "Via Garibaldi 12",
    "улица Ленина, д. 5",
    "83646 Bad Tölz",
    "南京路100号",
  ])("is an address as in %j", (text) => {
    expect(particularTerms(text, "en")).toEqual(["@address"]);
  });

  it.each(["The 12 Street musicians of Bremen", "In 2010 they moved.", "via 3 lines", "100 places to see"])(
    "is no address in %j",
    (text) => {
      expect(particularTerms(text, "en")).toEqual([]);
    },
  );

  it.each([
    ["What is your phone number?", "en", ["@phone"]],
    ["Do you have an email?", "en", ["@email"]],
    ["phone number", "en", ["@phone"]],
    ["When are you open?", "en", ["@hours"]],
    ["What are your opening hours?", "en", ["@hours"]],
    ["Are you open on Sundays?", "en", ["sunday", "@hours"]],
    ["What time do you close today?", "en", ["today", "@hours"]],
    ["Hoe laat zijn jullie open?", "nl", ["@hours"]],
    ["你们几点开门？", "zh", ["@hours"]],
    ["Wann haben Sie geöffnet?", "de", ["@hours"]],
    ["Wann habt ihr geöffnet?", "de", ["@hours"]],
    ["Wann macht ihr zu?", "de", ["@hours"]],
    ["wann habt ihr sonntags auf", "de", ["sonntag", "@hours"]],
    ["quando siete aperti?", "it", ["@hours"]],
    ["¿Hasta qué hora estáis abiertos?", "es", ["@hours"]],
    ["Êtes-vous ouverts le lundi ?", "fr", ["lund", "@hours"]],
    ["¿Cuál es el horario?", "es", ["@hours"]],
    ["Во сколько вы открываетесь?", "ru", ["@hours"]],
    ["営業時間は？", "ja", ["@hours"]],
    ["何時に開きますか", "ja", ["@hours"]],
    ["Where are you located?", "en", ["@address"]],
    ["Wie lautet Ihre Adresse?", "de", ["@address"]],
    ["Où êtes-vous ?", "fr", ["@address"]],
    ["¿Dónde están?", "es", ["@address"]],
    ["你们在哪里？", "zh", ["@address"]],
    ["What is the phone number of the nursery?", "en", ["nurseri", "@phone"]],
    ["Wie lautet Ihre E-Mail-Adresse?", "de", ["@email"]],
    ["¿Tienen teléfono?", "es", ["@phone"]],
    ["Quel est votre numéro de téléphone ?", "fr", ["@phone"]],
    ["Qual è il vostro numero di telefono?", "it", ["@phone"]],
    ["Wat is jullie telefoonnummer?", "nl", ["@phone"]],
    ["Какой у вас номер телефона?", "ru", ["@phone"]],
    ["Jaki jest wasz numer telefonu?", "pl", ["@phone"]],
    ["Telefon numaranız nedir?", "tr", ["@phone"]],
    ["Ποιο είναι το τηλέφωνό σας;", "el", ["@phone"]],
    ["ما هو البريد الإلكتروني؟", "ar", ["@email"]],
    ["आपका फ़ोन नंबर क्या है?", "hi", ["@phone"]],
    ["เบอร์โทรศัพท์คืออะไร", "th", ["@phone"]],
    ["Số điện thoại của bạn là gì?", "vi", ["@phone"]],
    ["電話番号は何ですか？", "ja", ["@phone"]],
    ["전화번호가 뭐예요?", "ko", ["@phone"]],
    ["邮箱是什么？", "zh", ["@email"]],
    ["What are your prices?", "en", ["@price"]],
    ["How much do you charge?", "en", ["@price"]],
    ["how much does it cost", "en", ["@price"]],
    ["Was kostet das?", "de", ["@price"]],
    ["Was sind die Preise?", "de", ["@price"]],
    ["¿Cuánto cuesta?", "es", ["@price"]],
    ["¿Cuáles son los precios?", "es", ["@price"]],
    ["Combien ça coûte ?", "fr", ["@price"]],
    ["Quels sont vos tarifs ?", "fr", ["@price"]],
    ["Quanto costa?", "it", ["@price"]],
    ["Quanto custa?", "pt", ["@price"]],
    ["Wat kost het?", "nl", ["@price"]],
    ["Сколько это стоит?", "ru", ["@price"]],
    ["Какие у вас цены?", "ru", ["@price"]],
    ["Ile to kosztuje?", "pl", ["@price"]],
    ["Fiyatlar nedir?", "tr", ["@price"]],
    ["Πόσο κοστίζει;", "el", ["@price"]],
    ["كم السعر؟", "ar", ["@price"]],
    ["कीमत क्या है?", "hi", ["@price"]],
    ["ราคาเท่าไหร่", "th", ["@price"]],
    ["Giá bao nhiêu?", "vi", ["@price"]],
    ["料金はいくらですか？", "ja", ["@price"]],
    ["가격이 얼마예요?", "ko", ["@price"]],
    ["多少钱？", "zh", ["@price"]],
    ["价格是多少？", "zh", ["@price"]],
    ["How can I contact you?", "en", ["@contact"]],
    ["How do I contact support?", "en", ["@contact"]],
    ["how do i reach you", "en", ["@contact"]],
    ["Can I talk to a real person?", "en", ["@contact"]],
    ["I want to speak to someone", "en", ["@contact"]],
    ["I'd like to talk to customer service please", "en", ["@contact"]],
    ["human", "en", ["@contact"]],
    ["Wie kann ich Sie erreichen?", "de", ["@contact"]],
    ["Kontakt", "de", ["@contact"]],
    ["Ich möchte mit einem Menschen sprechen", "de", ["@contact"]],
    ["Kann ich Sie anrufen?", "de", ["@contact"]],
    ["Comment vous contacter ?", "fr", ["@contact"]],
    ["Comment puis-je vous joindre ?", "fr", ["@contact"]],
    ["Je voudrais parler à un conseiller", "fr", ["@contact"]],
    ["¿Cómo puedo contactarles?", "es", ["@contact"]],
    ["Quiero hablar con una persona", "es", ["@contact"]],
    ["Come posso contattarvi?", "it", ["@contact"]],
    ["Como posso entrar em contato?", "pt", ["@contact"]],
    ["Hoe kan ik jullie bereiken?", "nl", ["@contact"]],
    ["Как с вами связаться?", "ru", ["@contact"]],
    ["Jak mogę się z wami skontaktować?", "pl", ["@contact"]],
    ["Size nasıl ulaşabilirim?", "tr", ["@contact"]],
    ["Πώς μπορώ να επικοινωνήσω μαζί σας;", "el", ["@contact"]],
    ["كيف أتواصل معكم؟", "ar", ["@contact"]],
    ["मैं आपसे कैसे संपर्क करूँ?", "hi", ["@contact"]],
    ["ติดต่อได้อย่างไร", "th", ["@contact"]],
    ["Làm sao để liên hệ với bạn?", "vi", ["@contact"]],
    ["問い合わせ先を教えてください", "ja", ["@contact"]],
    ["어떻게 연락하나요?", "ko", ["@contact"]],
    ["怎么联系你们？", "zh", ["@contact"]],
    ["转人工", "zh", ["@contact"]],
  ])("is what %j asks for, where it asks nothing else", (question, language, terms) => {
    expect(termsOfParticular(question, language)).toEqual(terms);
  });

  it.each([
    ["Can I change my email address?", "en"],
    ["Who invented the telephone?", "en"],
    ["When was the museum opened?", "en"],
    ["Where is the Eiffel Tower?", "en"],
    ["What is the IP address of the printer?", "en"],
    ["Wo wurde Einstein geboren?", "de"],
    ["How do I open a ticket?", "en"],
    ["How do I open it?", "en"],
    ["¿Cómo se abre?", "es"],
    ["Do you take contactless cards?", "en"],
    ["Do I need an email address?", "en"],
    ["How much is a massage?", "en"],
    ["How do I charge it?", "en"],
    ["How do prices work?", "en"],
    ["¿A qué hora es la cena?", "es"],
    ["¿Dónde está la costa?", "es"],
    ["Was kostet der Mast?", "de"],
    ["Do you sell contact lenses?", "en"],
    ["How do I call the function from Python?", "en"],
    ["Wann habe ich das Ziel erreicht?", "de"],
  ])("is not asked for by %j", (question, language) => {
    expect(termsOfParticular(question, language)).toBeUndefined();
  });
});
