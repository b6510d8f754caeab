import { describe, expect, it } from "vitest";
import { askedTerms } from "./asked-kind.ts";
import { contactTerms } from "./contacts.ts";

describe("a way of reaching somebody", () => {
  it.each([
    "ring 01584 496 021 on weekday mornings",
    "+44 (0)20 7946 0018",
    "(555) 123-4567",
    "1-800-555-0100",
    "010-6262 1234",
    "8 (495) 123-45-67",
    "Tel. 0711/5550143.",
  ])("is a phone number as in %j", (text) => {
    expect(contactTerms(text)).toEqual(["@phone"]);
  });

  it.each([
    "from 2010 to 2015, or 2010-2015",
    "31.12.2024, 2024-12-31 or 12/31/2024",
    "1 234 567 visitors and 12.500.000 trees",
    "ISBN 978-3-16-148410-0",
    "DE89 3704 0044 0532 0130 00",
    "4000 0000 0000 0051",
    "192.168.10.100",
    "08:00-12:00 13:00-18:00",
    "call @home",
  ])("is none in %j", (text) => {
    expect(contactTerms(text)).toEqual([]);
  });

  it("is an e-mail address", () => {
    expect(contactTerms("Write to plants@fernhill.example or ring 01584 496 021.")).toEqual(["@email", "@phone"]);
  });

  it.each([
    ["What is your phone number?", "en", ["@phone"]],
    ["Do you have an email?", "en", ["@email"]],
    ["phone number", "en", ["@phone"]],
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
    ["Can I change my email address?", "en", ["chang", "email", "address"]],
    ["Who invented the telephone?", "en", ["invent", "telephon"]],
  ])("is what %j asks for, where it asks nothing else", (question, language, terms) => {
    expect(askedTerms(question, language)).toEqual(terms);
  });
});
