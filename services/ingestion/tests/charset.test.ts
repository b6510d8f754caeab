import { describe, expect, it } from "vitest";
import { decodeText } from "../src/parsing/decode-text.ts";

/** What a text is in a charset of one or two bytes a letter. */
function encoded(text: string, label: string): Buffer {
  const decoder = new TextDecoder(label);
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const pairs = bytes.slice(0x81).flatMap((first) => bytes.slice(0x40).map((second) => [first, second]));
  const known = new Map<string, number[]>();
  for (const sequence of [...bytes.map((byte) => [byte]), ...pairs]) {
    const letter = decoder.decode(Uint8Array.from(sequence));
    if (!known.has(letter)) known.set(letter, sequence);
  }
  return Buffer.from(Array.from(text, (letter) => known.get(letter) ?? []).flat());
}

const texts: Readonly<Record<string, string>> = {
  Polish:
    "Statek odpływa o dziewiątej, a bilet kosztuje dwanaście złotych. Dzieci płacą połowę, psy jeżdżą za darmo w środę i piątek.",
  Slovene:
    "Ladja odpelje ob devetih zjutraj. Vozovnica stane dvanajst evrov, otroci plačajo polovico, šole pa še manj. Želimo vam lepo pot.",
  Hungarian:
    "A hajó reggel kilenckor indul, a jegy tizenkét euróba kerül. A gyermekek féláron, a kutyák ingyen utazhatnak a jövő héten.",
  Turkish:
    "Gemi sabah dokuzda kalkıyor ve bilet on iki avro. Çocuklar yarısını öder, köpekler ücretsizdir. Hafta sonları iskele kapalı.",
  Greek: "Το πλοίο αναχωρεί στις εννέα το πρωί και το εισιτήριο κοστίζει δώδεκα ευρώ. Τα παιδιά πληρώνουν τα μισά.",
  Russian: "Корабль отходит в девять часов утра, билет стоит двенадцать рублей. Дети платят половину, собаки бесплатно.",
  Ukrainian:
    "Корабель відходить о дев'ятій ранку, квиток коштує дванадцять гривень. Діти платять половину, собаки їдуть безкоштовно.",
  Hebrew: "הספינה יוצאת בתשע בבוקר והכרטיס עולה שנים עשר שקלים. ילדים משלמים חצי מחיר וכלבים נוסעים בחינם.",
  Arabic: "تغادر السفينة في الساعة التاسعة صباحا وثمن التذكرة اثنا عشر دينارا. يدفع الأطفال نصف الثمن.",
  Persian: "کشتی ساعت نه صبح حرکت می کند و قیمت بلیت دوازده تومان است. کودکان نصف قیمت می پردازند و سگ ها رایگان هستند.",
  Thai: "เรือออกเวลาเก้าโมงเช้า ตั๋วราคาสิบสองบาท เด็กจ่ายครึ่งราคา และสุนัขขึ้นเรือได้ฟรีทุกวันพุธและวันศุกร์",
  Japanese: "船は朝九時に出発します。切符は十二ユーロで、子供は半額です。犬は無料で乗ることができます。",
  Chinese: "轮船早上九点出发，船票价格是十二元，儿童半价，狗可以免费乘船。请在码头的售票处购买船票。",
  "traditional Chinese": "輪船早上九點出發，船票價格是十二元，兒童半價，狗可以免費乘船。請在碼頭的售票處購買船票。",
  Korean: "배는 아침 아홉 시에 출발합니다. 표는 십이 유로이고 어린이는 반값입니다. 개는 무료로 탈 수 있습니다.",
  German:
    "Das Schiff fährt um neun Uhr früh ab, die Fahrt kostet zwölf Euro. Für Schüler gilt der halbe Preis, Hunde dürfen umsonst mit.",
  French:
    "Le bateau part à neuf heures, et le billet coûte douze euros. Les élèves paient la moitié, les chiens voyagent gratuitement l'été.",
};
const written: [language: string, ...labels: string[]][] = [
  ["Polish", "windows-1250", "iso-8859-2"],
  ["Slovene", "windows-1250"],
  ["Hungarian", "windows-1250", "iso-8859-2"],
  ["Turkish", "windows-1254"],
  ["Greek", "windows-1253", "iso-8859-7"],
  ["Russian", "windows-1251", "koi8-r", "iso-8859-5", "ibm866"],
  ["Ukrainian", "windows-1251", "koi8-u"],
  ["Hebrew", "windows-1255"],
  ["Arabic", "windows-1256", "iso-8859-6"],
  ["Persian", "windows-1256"],
  ["Thai", "windows-874"],
  ["Japanese", "shift_jis", "euc-jp"],
  ["Chinese", "gb18030"],
  ["traditional Chinese", "big5"],
  ["Korean", "euc-kr"],
  ["German", "windows-1252"],
  ["French", "windows-1252"],
];

describe("a text that names no charset is read in that of its bytes:", () => {
  it.each(written)("%s", (language, ...labels) => {
    const text = texts[language] ?? "";
    for (const label of labels) {
      const bytes = encoded(text, label);
      // Not all charsets have all letters of a language.
      const expected = new TextDecoder(label).decode(bytes);
      expect(expected.length).toBeGreaterThan(text.length * 0.9);
      expect(decodeText(bytes)).toBe(expected);
      const menu = "<nav><a href=/>Home</a> <a href=/shop>Our products</a></nav>";
      const page = Buffer.concat([Buffer.from(`<html><body>${menu}<p>`), bytes, Buffer.from("</p></body></html>")]);
      expect(decodeText(page, { markup: true })).toContain(`<p>${expected}</p>`);
    }
  });

  it.each([
    ["Japanese", "shift_jis"],
    ["Japanese", "euc-jp"],
    ["Chinese", "gb18030"],
    ["traditional Chinese", "big5"],
    ["Korean", "euc-kr"],
  ])("%s in %s, though a letter of it is cut", (language, label) => {
    const bytes = encoded(texts[language] ?? "", label);
    const page = Buffer.concat([Buffer.from("<h1>"), bytes.subarray(0, 3), Buffer.from("...</h1><p>"), bytes, Buffer.from("</p>")]);
    expect(decodeText(page, { markup: true })).toContain(texts[language]);
  });
});
