/** What the chatbot says of itself when its knowledge does not cover a question, by ISO 639-1. */
const refusals: Readonly<Record<string, string>> = {
  en: "I'm sorry, but I couldn't find anything about that in the information I have.",
  de: "Dazu konnte ich in den mir vorliegenden Informationen leider nichts finden.",
  es: "Lo siento, no he encontrado nada sobre eso en la información de la que dispongo.",
  ru: "К сожалению, в имеющейся у меня информации об этом ничего нет.",
  ar: "عذرًا، لم أجد شيئًا عن ذلك في المعلومات المتاحة لدي.",
  zh: "抱歉，我在现有的资料中没有找到相关内容。",
  tr: "Üzgünüm, elimdeki bilgilerde bununla ilgili bir şey bulamadım.",
  vi: "Xin lỗi, tôi không tìm thấy thông tin nào về điều đó trong tài liệu hiện có.",
  ro: "Îmi pare rău, dar nu am găsit nimic despre asta în informațiile pe care le am.",
  el: "Λυπάμαι, αλλά δεν βρήκα κάτι σχετικό στις πληροφορίες που διαθέτω.",
  hi: "क्षमा करें, मेरे पास उपलब्ध जानकारी में इसके बारे में कुछ नहीं मिला।",
  th: "ขออภัย ฉันไม่พบข้อมูลเกี่ยวกับเรื่องนี้ในข้อมูลที่มีอยู่",
};

/**
 * The refusal in the language of the question. A question of two words is often taken for one in a language that nobody asked in; where that is
 * none of the twelve, the language of what the chatbot knows is the better guess, and English the last.
 */
export function refusalText(language: string, ofKnowledge: string): string {
  return refusals[language] ?? refusals[ofKnowledge] ?? refusals["en"] ?? "";
}
