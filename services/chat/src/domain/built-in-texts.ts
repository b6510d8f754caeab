import { replyLanguages, type SmallTalk } from "@parlance/language";

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

/** What it says to a message that asks nothing of its knowledge, by ISO 639-1. */
const smallTalkTexts: Readonly<Record<string, Readonly<Record<SmallTalk["kind"], string>>>> = {
  en: {
    greeting: "Hello! What would you like to know?",
    thanks: "You're welcome! Is there anything else you would like to know?",
    farewell: "Goodbye, and come back any time.",
    identity: "I'm a chatbot and answer from the information I was given. What would you like to know?",
  },
  de: {
    greeting: "Hallo! Was möchten Sie wissen?",
    thanks: "Gern geschehen! Möchten Sie noch etwas wissen?",
    farewell: "Auf Wiedersehen, bis zum nächsten Mal.",
    identity: "Ich bin ein Chatbot und antworte aus den Informationen, die mir vorliegen. Was möchten Sie wissen?",
  },
  es: {
    greeting: "¡Hola! ¿Qué le gustaría saber?",
    thanks: "¡De nada! ¿Le gustaría saber algo más?",
    farewell: "¡Adiós! Vuelva cuando quiera.",
    identity: "Soy un chatbot y respondo con la información que me han dado. ¿Qué le gustaría saber?",
  },
  ru: {
    greeting: "Здравствуйте! Что вы хотели бы узнать?",
    thanks: "Пожалуйста! Хотите узнать что-нибудь ещё?",
    farewell: "До свидания, обращайтесь в любое время.",
    identity: "Я чат-бот и отвечаю на основе информации, которая мне дана. Что вы хотели бы узнать?",
  },
  ar: {
    greeting: "مرحبًا! ماذا تودّ أن تعرف؟",
    thanks: "على الرحب والسعة! هل تودّ معرفة شيء آخر؟",
    farewell: "إلى اللقاء، ومرحبًا بك في أي وقت.",
    identity: "أنا روبوت محادثة وأجيب من المعلومات التي زُوّدت بها. ماذا تودّ أن تعرف؟",
  },
  zh: {
    greeting: "您好！请问您想了解什么？",
    thanks: "不客气！您还想了解别的吗？",
    farewell: "再见，欢迎随时再来。",
    identity: "我是聊天机器人，根据我掌握的资料回答问题。请问您想了解什么？",
  },
  tr: {
    greeting: "Merhaba! Ne öğrenmek istersiniz?",
    thanks: "Rica ederim! Öğrenmek istediğiniz başka bir şey var mı?",
    farewell: "Hoşça kalın, yine bekleriz.",
    identity: "Ben bir sohbet robotuyum ve bana verilen bilgilere göre yanıt veririm. Ne öğrenmek istersiniz?",
  },
  vi: {
    greeting: "Xin chào! Bạn muốn biết điều gì?",
    thanks: "Không có gì! Bạn còn muốn biết điều gì nữa không?",
    farewell: "Tạm biệt, hẹn gặp lại bạn.",
    identity: "Tôi là chatbot và trả lời dựa trên thông tin được cung cấp. Bạn muốn biết điều gì?",
  },
  ro: {
    greeting: "Bună ziua! Ce ați dori să aflați?",
    thanks: "Cu plăcere! Ați dori să mai aflați ceva?",
    farewell: "La revedere și pe curând.",
    identity: "Sunt un chatbot și răspund pe baza informațiilor pe care le-am primit. Ce ați dori să aflați?",
  },
  el: {
    greeting: "Γεια σας! Τι θα θέλατε να μάθετε;",
    thanks: "Παρακαλώ! Θα θέλατε να μάθετε κάτι άλλο;",
    farewell: "Αντίο και καλή συνέχεια.",
    identity: "Είμαι chatbot και απαντώ με βάση τις πληροφορίες που μου έχουν δοθεί. Τι θα θέλατε να μάθετε;",
  },
  hi: {
    greeting: "नमस्ते! आप क्या जानना चाहेंगे?",
    thanks: "आपका स्वागत है! क्या आप कुछ और जानना चाहेंगे?",
    farewell: "अलविदा, फिर मिलेंगे।",
    identity: "मैं एक चैटबॉट हूँ और मुझे दी गई जानकारी के आधार पर उत्तर देता हूँ। आप क्या जानना चाहेंगे?",
  },
  th: {
    greeting: "สวัสดี คุณอยากทราบเรื่องอะไร",
    thanks: "ยินดีเสมอ คุณอยากทราบเรื่องอื่นอีกไหม",
    farewell: "ลาก่อน แล้วพบกันใหม่",
    identity: "ฉันเป็นแชตบอตและตอบคำถามจากข้อมูลที่ได้รับ คุณอยากทราบเรื่องอะไร",
  },
};

/** The refusal of a question in its language, where that is one of the twelve, else in English. */
export function refusalText(question: string, ofKnowledge: string): string {
  const language = replyLanguages(question, ofKnowledge).find((known) => known in refusals);
  return refusals[language ?? "en"] ?? "";
}

/** The reply to a message that asks nothing, in its own language; where several may be meant, in that of the knowledge if it is one of them. */
export function smallTalkText({ kind, languages }: SmallTalk, ofKnowledge: string): string {
  const language = languages.includes(ofKnowledge) ? ofKnowledge : (languages[0] ?? "en");
  return (smallTalkTexts[language] ?? smallTalkTexts["en"])?.[kind] ?? "";
}
