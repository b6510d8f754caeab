import { describe, expect, it } from "vitest";
import { followUpOf } from "./follow-up.ts";

describe("followUpOf", () => {
  it.each([
    "How much?",
    "And how much?",
    "How long?",
    "When?",
    "What's the price?",
    "How much does that cost?",
    "How old is he?",
    "Wie teuer?",
    "Wie viel?",
    "Was kostet das?",
    "Wann hat sie auf?",
    "¿Cuánto cuesta?",
    "Quanto costano?",
    "Quanto custa?",
    "Сколько стоит?",
    "Hoeveel kost dat?",
    "多少钱？",
    "要加多少钱？",
    "几点？",
    "いくらですか？",
    "얼마예요?",
    "بكم؟",
    "Ne kadar?",
    "Cât costă?",
    "Πόσο κάνει;",
    "Bao nhiêu tiền?",
    "ราคาเท่าไหร่",
  ])("%s names nothing", (question) => {
    expect(followUpOf(question)).toBe("names nothing");
  });

  it.each([
    "And in winter?",
    "What about ropes?",
    "and the lead course?",
    "Price?",
    "For children?",
    "Can I bring my dog there?",
    "Which one is cheaper?",
    "Und E-Bikes?",
    "Und davon das Dreibettzimmer?",
    "Et une simple ?",
    "E una singola?",
    "E um individual?",
    "En een eenpersoonskamer?",
    "А зимой?",
  ])("%s leans on what was said", (question) => {
    expect(followUpOf(question)).toBe("leans");
  });

  it.each([
    "And how long is it valid?",
    "When does it open on Sundays?",
    "Und wie lange ist er gültig?",
    "А как долго она занимает?",
  ])("%s asks a fact of what was said", (question) => {
    expect(followUpOf(question)).toBe("asks of it");
  });

  it.each([
    "How long is a gift card valid?",
    "Is there a café?",
    "And do you sell chalk?",
    "Are there courses?",
    "Where is the sauna?",
    "Is it possible to rent shoes?",
    "How much does it cost to rent shoes?",
    "How much is one ticket?",
    "Gibt es Parkplätze?",
    "Haben Sie WLAN?",
    "haben sie eine sauna?",
    "Was kostet das Frühstück?",
    "Wo ist Ihre Praxis?",
    "Combien coûte la chambre double ?",
    "Où est le parking ?",
    "¿Cuánto cuesta la sauna?",
    "C'è un parcheggio?",
    "Есть парковка?",
    "有停车场吗？",
    "And your phone number?",
    "opening hours",
    "Telefonnummer?",
    "human",
  ])("%s stands alone", (question) => {
    expect(followUpOf(question)).toBe("none");
  });
});
