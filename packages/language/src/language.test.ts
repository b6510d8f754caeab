import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyze, askedUnits, contentTerms, detectLanguage, heldUnits, isEnglish, splitSentences } from "./index.ts";

describe("analyze", () => {
  it("brings inflected words of one language to the same term", () => {
    expect(analyze("Employees applied", "en")).toEqual(analyze("employee applies", "en"));
    expect(analyze("Häuser", "de")).toEqual(analyze("Hauses", "de"));
    expect(analyze("книгами", "ru")).toEqual(analyze("книга", "ru"));
  });

  it("finds without accents what was written with them, in Latin script only", () => {
    expect(analyze("cancelación", "es")).toEqual(analyze("cancelacion", "es"));
    expect(analyze("Łódź", "pl")).toEqual(analyze("Lodz", "pl"));
    expect(analyze("й", "ru")).not.toEqual(analyze("и", "ru"));
  });

  it("finds without accents what was written with them in Greek, and either spelling of Hindi", () => {
    expect(analyze("πόλη", "el")).toEqual(analyze("πολη", "el"));
    expect(analyze("ज़मीन कहाँ", "hi")).toEqual(analyze("जमीन कहां", "hi"));
  });

  it("leaves the endings that Turkish sets off out", () => {
    expect(analyze("Bulvarı'na", "tr")).toEqual(analyze("Bulvarı", "tr"));
  });

  it("keeps the vowel AM of Thai in its word", () => {
    expect(analyze("กำหนดเวลา", "th")).toEqual(["กำหนด", "เวลา"]);
  });

  it("divides Chinese into overlapping pairs and Thai into words", () => {
    expect(analyze("退款政策", "zh")).toEqual(["退款", "款政", "政策"]);
    expect(analyze("การเรียนภาษาไทย", "th").length).toBeGreaterThan(2);
  });

  it("keeps mixed scripts apart", () => {
    expect(analyze("iPhone手机16", "zh")).toEqual(["iphone", "手机", "16"]);
  });

  it("reads possessives and contractions of English as their word", () => {
    expect(analyze("Newton's", "en")).toEqual(["newton"]);
    expect(analyze("l'heure", "fr")).toEqual(["l", "heur"]);
  });

  it("gives terms of letters, marks and digits only, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 200 }),
        fc.constantFrom("en", "de", "zh", "tr", ""),
        (text, language) => {
          for (const term of analyze(text, language)) expect(term).toMatch(/^[\p{L}\p{M}\p{N}]+$/u);
        },
      ),
    );
  });
});

describe("contentTerms", () => {
  it("leaves out what every question is made of", () => {
    expect(contentTerms("How many employees does the company have?", "en")).toEqual(["employe", "compani"]);
    expect(contentTerms("Wie viele Einwohner hat die Stadt?", "de")).toEqual(["einwohn", "stadt"]);
  });

  it("leaves them out of a question about a text in another language too", () => {
    expect(contentTerms("How much is a cappuccino?", "it", "en")).toEqual(["cappuccin"]);
    expect(contentTerms("Was kostet ein Cappuccino?", "it", "de")).toEqual(["kostet", "cappuccin"]);
  });

  it("tells a word of Vietnamese from a function word by its accents, where it has any", () => {
    expect(contentTerms("Chợ ở đâu?", "vi")).toEqual(["cho"]);
    expect(contentTerms("quà cho trẻ", "vi")).toEqual(["qua", "tre"]);
  });

  it("knows function words of Arabic in any spelling, and with a letter before them", () => {
    expect(contentTerms("وماذا عن الأسعار؟", "ar")).toEqual(analyze("الأسعار", "ar"));
    expect(contentTerms("إلي أين يصل القطار؟", "ar")).toEqual(analyze("يصل القطار", "ar"));
  });

  it("leaves the words that ask out of a short Chinese question", () => {
    expect(contentTerms("尺寸是多少？", "zh")).toEqual(["尺寸"]);
    expect(contentTerms("请问营业时间是什么？", "zh")).toEqual(contentTerms("营业时间", "zh"));
    expect(contentTerms("地址在哪里", "zh")).toEqual(["地址"]);
    expect(contentTerms("是多少？", "zh")).toContain("多少");
    expect(contentTerms("这台机器的尺寸是多少？", "zh")).toContain("多少");
  });

  it("leaves out the endings and particles of Japanese", () => {
    expect(contentTerms("駐車場はありますか", "ja")).toEqual(["駐車", "車場", "場は"]);
    expect(contentTerms("これは何ですか", "ja")).toEqual(["は何", "何で"]);
  });

  it("keeps a question of function words alone as it is", () => {
    expect(contentTerms("どうですか", "ja")).toEqual(["どう", "うで", "です", "すか"]);
    expect(contentTerms("Who are you?", "en")).toEqual(["who", "are", "you"]);
  });
});

describe("askedUnits", () => {
  it("joins the syllables of Vietnamese between function words two by two, and leaves single ones alone", () => {
    expect(askedUnits("Lâu đài của người Norman có tên là gì?", "vi")).toEqual(["lau dai", "nguoi norman", "ten"]);
    expect(heldUnits("Lâu đài cổ", "vi")).toEqual(["lau", "dai", "co", "lau dai", "dai co"]);
  });

  it("takes the words of Japanese without their particles and endings", () => {
    expect(askedUnits("1970年代にカラー放送を始めた局はどこですか", "ja")).toEqual([
      "1970",
      "年代",
      "カラ",
      "ラー",
      "放送",
      "始",
      "局",
    ]);
    expect(heldUnits("放送局", "ja")).toEqual(["放", "送", "局", "放送", "送局"]);
  });

  it("are the content terms in other languages, and of a question of function words alone", () => {
    expect(askedUnits("Wie viele Einwohner hat die Stadt?", "de")).toEqual(["einwohn", "stadt"]);
    expect(askedUnits("là gì?", "vi")).toEqual(contentTerms("là gì?", "vi"));
    expect(askedUnits("どうですか", "ja")).toEqual(contentTerms("どうですか", "ja"));
  });
});

describe("detectLanguage", () => {
  it.each([
    ["How do I get my money back?", "en"],
    ["Wie bekomme ich mein Geld zurück?", "de"],
    ["¿Cómo puedo recuperar mi dinero?", "es"],
    ["Как мне вернуть деньги?", "ru"],
    ["كيف يمكنني استرداد أموالي؟", "ar"],
    ["怎样退款？", "zh"],
    ["Paramı nasıl geri alabilirim?", "tr"],
    ["Làm thế nào để tôi lấy lại tiền?", "vi"],
    ["Cum îmi pot recupera banii?", "ro"],
    ["Πώς θα πάρω πίσω τα χρήματά μου;", "el"],
    ["मुझे अपना पैसा वापस कैसे मिलेगा?", "hi"],
    ["ฉันจะขอเงินคืนได้อย่างไร", "th"],
  ])("tells the language of %s", (question, language) => {
    expect(detectLanguage(question)).toBe(language);
  });

  it("does not guess where there are no letters", () => {
    expect(detectLanguage("12 345 !?")).toBe("");
  });
});

describe("isEnglish", () => {
  it("tells English prose from other languages", () => {
    expect(isEnglish("The shop is open on weekdays from nine to five, and it is closed on public holidays.")).toBe(true);
    expect(isEnglish("Der Laden ist werktags von neun bis fünf geöffnet und an Feiertagen geschlossen.")).toBe(false);
    expect(isEnglish("")).toBe(false);
  });
});

describe("splitSentences", () => {
  const texts = (text: string, language = "en") => splitSentences(text, language).map((sentence) => sentence.text);

  it("does not end a sentence at an initial or a common abbreviation", () => {
    expect(texts("Dr. J. Smith came, e.g. today. He left!")).toEqual(["Dr. J. Smith came, e.g. today.", "He left!"]);
    expect(texts("Call us: tel. 0800 1234, ext. 5. We answer.")).toEqual(["Call us: tel. 0800 1234, ext. 5.", "We answer."]);
  });

  it.each([
    ["de", "Sie wohnt in der Nähe, bzw. ca. 3 km weg. Das ist gut."],
    ["fr", "Voir M. Dupont, p. ex. lundi. Il vient."],
    ["es", "La Sra. López vive en la Avda. Central. Ella viene."],
    ["ro", "Dl. Popescu stă pe str. Libertății nr. 5. El vine."],
    ["tr", "Dr. Kaya M.Ö. 300 yılını anlattı. Sonra gitti."],
    ["el", "Ο κ. Παπαδόπουλος γεννήθηκε το 300 π.Χ. στην Αθήνα. Έφυγε."],
    ["hi", "डॉ. शर्मा कल आए। वे चले गए।"],
    ["ru", "Он живёт на ул. Ленина, д. 5. Это далеко."],
    ["vi", "Ông sống ở TP. Hồ Chí Minh. Ông đã đi."],
  ])("knows abbreviations of %s", (language, text) => {
    expect(texts(text, language)).toHaveLength(2);
  });

  it("takes a word that also counts things for an abbreviation only before a number", () => {
    expect(texts("See fig. 5 and no. 7. Thanks.")).toHaveLength(2);
    expect(texts("She loves art. He said no. They left.")).toHaveLength(3);
  });

  it("does not end a sentence at an ordinal before what it counts", () => {
    expect(texts("Im 19. Jahrhundert wohnte er hier. Danach nicht.", "de")).toHaveLength(2);
    expect(texts("Er wurde 3. Dann kam der 4. Läufer.", "de")).toEqual(["Er wurde 3.", "Dann kam der 4. Läufer."]);
    expect(texts("II. Mehmed geldi. O gitti.", "tr")).toHaveLength(2);
    expect(texts("That was World War II. Peace came.")).toHaveLength(2);
  });

  it("cuts Thai, which ends sentences with spaces, into pieces of some length, and never at a name or within brackets", () => {
    const clause = "พิพิธภัณฑ์เปิดให้เข้าชมทุกวันตั้งแต่เก้าโมงเช้าจนถึงห้าโมงเย็นยกเว้นวันจันทร์และวันหยุดนักขัตฤกษ์";
    expect(texts(`${clause} ${clause}`, "th")).toEqual([clause, clause]);
    expect(texts(`ในปี ค.ศ. 1705 ${clause}`, "th")).toHaveLength(1);
    expect(texts(`${clause} อื่น ๆ (${clause} ${clause})`, "th")).toHaveLength(2);
  });

  it("ends no row of a table within a cell, unless that holds whole texts", () => {
    expect(texts("| 9:00 | Why? | Hall 1 |\n| 9:30 | Who asks! Dr. No | Hall 2 |")).toEqual([
      "| 9:00 | Why? | Hall 1 |",
      "| 9:30 | Who asks! Dr. No | Hall 2 |",
    ]);
    expect(texts(`| ${"We open at nine. ".repeat(20)}|`).length).toBeGreaterThan(9);
  });

  it("does not end a sentence between the day and the month of a date", () => {
    expect(texts("Kündigen kann man bis zum 30. November. Danach nicht.", "de")).toHaveLength(2);
    expect(texts("Beide kamen am 3. März, er ging am 12. Das war spät.", "de")).toHaveLength(2);
    expect(texts("Das war in Raum 30. November ist der elfte Monat.", "")).toHaveLength(2);
  });

  it("leaves the number of a paragraph with its first sentence", () => {
    expect(texts("1. Costs. Nothing is paid.\n2. Hours. From ten to three.")).toEqual([
      "1. Costs.",
      "Nothing is paid.",
      "2. Hours.",
      "From ten to three.",
    ]);
  });

  it("ends a sentence where a line ends", () => {
    expect(texts("- item one\n- item two")).toEqual(["- item one", "- item two"]);
  });

  it("gives offsets at which the sentence stands", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (text) => {
        let end = 0;
        for (const sentence of splitSentences(text, "en")) {
          expect(text.slice(sentence.start, sentence.end)).toBe(sentence.text);
          expect(text.slice(end, sentence.start).trim()).toBe("");
          end = sentence.end;
        }
        expect(text.slice(end).trim()).toBe("");
      }),
    );
  });
});
