import { replyLanguages, type SmallTalk } from "@parlance/language";

/** What the chatbot says of itself when its knowledge does not cover a question, by ISO 639-1. */
const refusals: Readonly<Record<string, string>> = {
  en: "I'm sorry, but I couldn't find anything about that in the information I have.",
  de: "Dazu konnte ich in den mir vorliegenden Informationen leider nichts finden.",
  es: "Lo siento, no he encontrado nada sobre eso en la información de la que dispongo.",
  fr: "Désolé, je n'ai rien trouvé à ce sujet dans les informations dont je dispose.",
  pt: "Desculpe, não encontrei nada sobre isso nas informações de que disponho.",
  it: "Mi dispiace, non ho trovato nulla su questo nelle informazioni che ho a disposizione.",
  nl: "Het spijt me, daarover heb ik niets gevonden in de informatie die ik heb.",
  pl: "Przykro mi, ale nie znalazłem nic na ten temat w dostępnych mi informacjach.",
  ru: "К сожалению, в имеющейся у меня информации об этом ничего нет.",
  ar: "عذرًا، لم أجد شيئًا عن ذلك في المعلومات المتاحة لدي.",
  zh: "抱歉，我在现有的资料中没有找到相关内容。",
  ja: "申し訳ありませんが、手元の情報の中にはそれに関する内容が見つかりませんでした。",
  ko: "죄송하지만 제가 가진 정보에서는 관련 내용을 찾지 못했습니다.",
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
  fr: {
    greeting: "Bonjour ! Que souhaitez-vous savoir ?",
    thanks: "Avec plaisir ! Souhaitez-vous savoir autre chose ?",
    farewell: "Au revoir et à bientôt.",
    identity: "Je suis un chatbot et je réponds à partir des informations qui m'ont été données. Que souhaitez-vous savoir ?",
  },
  pt: {
    greeting: "Olá! O que gostaria de saber?",
    thanks: "De nada! Gostaria de saber mais alguma coisa?",
    farewell: "Até logo e volte sempre.",
    identity: "Sou um chatbot e respondo com as informações que recebi. O que gostaria de saber?",
  },
  it: {
    greeting: "Buongiorno! Che cosa desidera sapere?",
    thanks: "Prego! Desidera sapere altro?",
    farewell: "Arrivederci e a presto.",
    identity: "Sono un chatbot e rispondo in base alle informazioni che mi sono state date. Che cosa desidera sapere?",
  },
  nl: {
    greeting: "Hallo! Wat wilt u weten?",
    thanks: "Graag gedaan! Wilt u nog iets weten?",
    farewell: "Tot ziens en tot de volgende keer.",
    identity: "Ik ben een chatbot en antwoord op basis van de informatie die ik heb gekregen. Wat wilt u weten?",
  },
  pl: {
    greeting: "Dzień dobry! W czym mogę pomóc?",
    thanks: "Proszę bardzo! Czy mogę pomóc w czymś jeszcze?",
    farewell: "Do widzenia i do następnego razu.",
    identity: "Jestem chatbotem i odpowiadam na podstawie informacji, które otrzymałem. W czym mogę pomóc?",
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
  ja: {
    greeting: "こんにちは。何をお知りになりたいですか？",
    thanks: "どういたしまして。ほかに何かお知りになりたいことはありますか？",
    farewell: "さようなら。またいつでもお越しください。",
    identity: "私はチャットボットで、与えられた情報をもとにお答えします。何をお知りになりたいですか？",
  },
  ko: {
    greeting: "안녕하세요! 무엇이 궁금하신가요?",
    thanks: "천만에요! 더 궁금하신 점이 있나요?",
    farewell: "안녕히 가세요. 언제든지 다시 찾아 주세요.",
    identity: "저는 챗봇이며 제가 가진 정보를 바탕으로 답해 드립니다. 무엇이 궁금하신가요?",
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

/** The refusal of a question, in the first of its {@link replyLanguages} that there is one in, else in English. */
export function refusalText(question: string, ofKnowledge: string): string {
  return firstOf(refusals, replyLanguages(question, ofKnowledge)) ?? refusals["en"] ?? "";
}

/** The reply to a message that asks nothing, in its own language; where several may be meant, that of the knowledge if it is one of them. */
export function smallTalkText({ kind, languages }: SmallTalk, ofKnowledge: string): string {
  const ordered = languages.includes(ofKnowledge) ? [ofKnowledge] : languages;
  return (firstOf(smallTalkTexts, ordered) ?? smallTalkTexts["en"])?.[kind] ?? "";
}

function firstOf<T>(texts: Readonly<Record<string, T>>, languages: readonly string[]): T | undefined {
  return languages.map((language) => texts[language]).find((text) => text !== undefined);
}
