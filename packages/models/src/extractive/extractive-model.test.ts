import { type AnswerPassage, type AnswerPiece, type Embedder, ModelUnavailableError } from "@parlance/ports";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { openLocalEmbedder } from "../local/local-embedder.ts";
import { createExtractiveModel } from "./extractive-model.ts";

const embedder = openLocalEmbedder({ backgroundWorkers: 1 });
afterAll(() => embedder.close());

function passage(text: string, fields: Partial<AnswerPassage> = {}): AnswerPassage {
  const base = { chunkId: "c1", title: "", sourceName: "text", sourceType: "text", language: "en", cosine: 0.5 };
  return { ...base, text, ...fields };
}

async function ask(question: string, passages: AnswerPassage[], using: Embedder = embedder): Promise<AnswerPiece[]> {
  const request = { model: "gpt-4o-mini", temperature: 0, system: "", messages: [], question, passages, language: "en" };
  const pieces: AnswerPiece[] = [];
  for await (const piece of createExtractiveModel({ embedder: using }).answer(request, { signal: new AbortController().signal })) {
    pieces.push(piece);
  }
  return pieces;
}

async function answer(question: string, ...passages: AnswerPassage[]): Promise<string> {
  return textOf(await ask(question, passages));
}

function textOf(pieces: AnswerPiece[]): string {
  return pieces.map(({ text }) => text).join("");
}

const handbook = passage(`# Opening hours

Our workshop is open from Monday to Friday, nine to six. On Saturdays we close at noon. Bicycles are sold on the ground floor.

## Returns

The following cannot be sent back:
- gift cards
- opened cosmetics

Refunds are paid within five working days after the
parcel has reached our warehouse.`);

describe("an answer from sentences", () => {
  it("holds the sentence that answers, in the order of the passage, and reads as text", async () => {
    const text = await answer("When do you close on Saturdays?", handbook);
    expect(text).toContain("On Saturdays we close at noon.");
    expect(text).not.toContain("#");
    expect(text).not.toContain("Refunds");
  });

  it("finds what is said in other words", async () => {
    const text = await answer("How long until I get my money back?", handbook);
    expect(text).toContain("Refunds are paid within five working days after the\nparcel has reached our warehouse.");
  });

  it("sets sentences of different sources apart", async () => {
    const other = passage("The workshop in Leeds is open on Sundays from ten to four.", { chunkId: "c2", sourceName: "leeds" });
    expect(await answer("When is the workshop open?", handbook, other)).toMatch(/nine to six\.[^]*\n\n.*ten to four\./);
  });

  it("shows a sentence that stands in two overlapping chunks once", async () => {
    const text = "Helmets are lent for free with each bicycle.";
    expect(await answer("Do you lend helmets?", passage(text), passage(text, { chunkId: "c2" }))).toBe(text);
  });

  it("reads the first three passages only, and says nothing without one", async () => {
    const filler = ["one", "two", "three"].map((id) => passage(`Filler ${id} says little of use.`, { chunkId: id }));
    expect(await answer("Where is the treasure?", ...filler, passage("The treasure is under the oak."))).not.toContain("oak");
    expect(await ask("Where is the treasure?", [])).toEqual([]);
  });
});

describe("a sentence about what the one before it names", () => {
  it("counts as speaking of that", async () => {
    const russian = "Сарай стоит за церковью. Он открыт с восьми утра. Церковь видна издалека.";
    expect(await answer("Когда работает сарай?", passage(russian, { language: "ru" }))).toBe(
      "Сарай стоит за церковью. Он открыт с восьми утра.",
    );
    const chinese = "船屋在教堂后面。它从早上八点可以进入。教堂六月开放。";
    expect(await answer("船屋几点开门?", passage(chinese, { language: "zh" }))).toMatch(/^船屋在教堂后面。它从早上八点可以进入。/);
  });

  it("is shown with it, unless that is long or of another paragraph", async () => {
    expect(await answer("What opens in May?", passage("The shed is red. It opens in May."))).toBe(
      "The shed is red. It opens in May.",
    );
    const long = `The shed, ${"which many people know well, ".repeat(5)}is red. It opens in May.`;
    expect(await answer("What opens in May?", passage(long))).toBe("It opens in May.");
    expect(await answer("What opens in May?", passage("The shed is red.\n\nIt opens in May."))).toBe("It opens in May.");
  });
});

describe("other forms of text", () => {
  it("a list is shown whole, with the sentence that opens it", async () => {
    const text = await answer("What can not be sent back?", handbook);
    expect(text).toContain("The following cannot be sent back:\n- gift cards\n- opened cosmetics");
  });

  it("a row of a table with two columns is shown as its name and its value", async () => {
    const table = passage("| Plan | Price |\n| --- | --- |\n| Basic | 9 EUR |\n| Team | 29 EUR |");
    expect(await answer("What does the Team plan cost?", table)).toBe("Team: 29 EUR");
    const bare = passage("| Room | Price in EUR |\n| Single | 80 |\n| Double | 120 |");
    expect(await answer("What does a double room cost?", bare)).toBe("Double – Price in EUR: 120");
  });

  it.each([
    ["When does the registration of guests close?", "Guests – Closes: 4 May"],
    ["When can guests register?", "Guests – Opens: 1 March; Closes: 4 May; Fee: none"],
    ["When does the registration of guests open and close?", "Guests – Opens: 1 March; Closes: 4 May"],
  ])("a row of a wide table is shown under the heads of the columns that are asked for: %s", async (asked, row) => {
    const table = passage(
      "## Registration\n\n| Who | Opens | Closes | Fee |\n| Members | in spring | in summer | none |\n| Guests | 1 March | 4 May | none |",
    );
    expect(await answer(asked, table)).toBe(row);
  });

  it("a column is told by its head where the first head is empty", async () => {
    const table = passage("|  | Small | Large |\n| --- | --- | --- |\n| Price | $9 | $29 |\n| Storage | 2 GB | 20 GB |");
    expect(await answer("How much storage does Large have?", table)).toBe("Storage – Large: 20 GB");
    expect(await answer("How much storage do I get?", table)).toBe("Storage – Small: 2 GB; Large: 20 GB");
  });

  it("what a question leaves out is not taken for what it asks for", async () => {
    const columns = passage(
      "| Boat | Price per day | With skipper |\n| --- | --- | --- |\n| Sloop | 90 EUR | 240 EUR |\n| Ketch | 130 EUR | 290 EUR |",
    );
    expect(await answer("What does the sloop cost without a skipper?", columns)).toBe("Sloop – Price per day: 90 EUR");
    expect(await answer("What does the sloop cost with a skipper?", columns)).toBe("Sloop – With skipper: 240 EUR");
    const rows = passage("| Boat | Price |\n| --- | --- |\n| Sloop with sail | 90 EUR |\n| Sloop without sail | 70 EUR |");
    expect(await answer("How much is a sloop without a sail?", rows)).toBe("Sloop without sail: 70 EUR");
    expect(await answer("How much is a sloop with a sail?", rows)).toBe("Sloop with sail: 90 EUR");
    const rule = passage("Sloops are lent with a licence only.");
    expect(await answer("Can I have a sloop without a licence?", rule)).toBe("Sloops are lent with a licence only.");
  });

  it("a product answers with the matching lines under its name", async () => {
    const lines = ["price: 49 EUR", "name: Aurora desk lamp", "color: white", "weight: 1.2 kg", "warranty: 2 years"];
    const product = passage(lines.join("\n"), { sourceType: "product", sourceName: "p-17" });
    expect(await answer("What warranty does the Aurora lamp have?", product)).toBe("Aurora desk lamp\nwarranty: 2 years");
  });

  it("a question that names a product is not answered with what its neighbours cost", async () => {
    const product = (name: string, price: string, chunkId: string) =>
      passage(`name: ${name}\nprice: ${price}\nwarranty: 2 years`, { sourceType: "product", sourceName: chunkId, chunkId });
    const lamps = [
      product("Aurora desk lamp", "39 EUR", "a"),
      product("Borealis desk lamp", "59 EUR", "b"),
      product("Cascade floor lamp", "129 EUR", "c"),
    ];
    const aurora = await answer("What does the Aurora lamp cost, and what is its warranty?", ...lamps);
    expect(aurora).toMatch(/^Aurora desk lamp\n/);
    expect(aurora).not.toMatch(/Borealis|59|Cascade|129/);
    const both = await answer("What do the Aurora and the Borealis lamp cost?", ...lamps);
    expect(both).toMatch(/39 EUR[^]*59 EUR/);
    expect(both).not.toContain("129 EUR");
    expect(await answer("What do the lamps cost?", ...lamps)).toMatch(/39 EUR[^]*59 EUR[^]*129 EUR/);
  });

  it("a question that names a row of a table is answered with that row, under a head that has no rule", async () => {
    const table = passage(
      "All boats are rented by the hour.\n\n| Boat | Per hour |\n| Canoe | 9 EUR |\n| Rowing boat | 14 EUR |\n| Pedal boat | 18 EUR |",
    );
    expect(await answer("What does a canoe cost per hour?", table)).toContain("Canoe: 9 EUR");
    expect(await answer("What does a canoe cost per hour?", table)).not.toMatch(/14 EUR|18 EUR/);
    expect(await answer("How much is the rowing boat?", table)).not.toMatch(/9 EUR|18 EUR/);
    expect(await answer("How much are the canoe and the rowing boat?", table)).toMatch(/9 EUR[^]*14 EUR/);
  });

  it("a row is named by any of its cells, in all tables of the same head", async () => {
    const head = "| Time | Talk | Speaker | Room |\n| --- | --- | --- | --- |";
    const days = passage(
      `## Monday\n\n${head}\n| 9:00 | Opening | Ada Holm | Hall |\n| 9:30 | What is salt? | Ida Berg | Loft |\n\n## Tuesday\n\n${head}\n| 11:00 | On tar | Ida Berg | Hall |`,
    );
    expect(await answer("When does Ada Holm speak?", days)).toBe("9:00 – Talk: Opening; Speaker: Ada Holm; Room: Hall");
    expect(await answer("In which room is the talk on salt?", days)).toBe("9:30 – Talk: What is salt?; Room: Loft");
    expect(await answer("Which talks are by Ida Berg?", days)).toBe("9:30 – Talk: What is salt?\n11:00 – Talk: On tar");
  });

  it.each(["How do I reset my password?", "password reset"])(
    "a Q&A answers with its whole answer, not with its question: %s",
    async (asked) => {
      const reply = 'Choose "Forgot password" on the login page. You get a mail with a link. It is valid for one hour.';
      const qa = passage(`${asked}\n${reply}`, { sourceType: "q&a", sourceName: asked });
      expect(await answer("I forgot my password", qa, handbook)).toBe(reply);
    },
  );

  it("a Q&A whose question has several sentences repeats none of them", async () => {
    const asked = "My bicycle was stolen. What shall I do?";
    const qa = passage(`${asked}\nReport it to us and to the police. We lend you another one.`, {
      sourceType: "q&a",
      sourceName: asked,
    });
    expect(await answer("bicycle stolen", qa)).toBe("Report it to us and to the police. We lend you another one.");
  });

  it("a title over lines is shown with those that answer, and never alone", async () => {
    const page = passage(
      "Harbour ferry\n\nThe crossing\nThe crossing takes half an hour.\n\nDepartures\nMonday to Friday 7 am to 9 pm\nSaturday and Sunday 9 am to 6 pm",
    );
    expect(await answer("departures", page)).toBe("Departures\nMonday to Friday 7 am to 9 pm\nSaturday and Sunday 9 am to 6 pm");
    expect(await answer("harbour ferry crossing", page)).toMatch(/^The crossing takes half an hour\./);
  });

  it("a title over prices is no answer by itself, and is shown with the prices", async () => {
    const page = passage("Prices for members\n\nRacket: 4 euros\nCourt: 12 euros\n\nMembers get a key.");
    expect(await answer("price of a court", page)).toBe("Prices for members\nCourt: 12 euros");
  });

  it("a title over the opening of a list is no answer", async () => {
    const page = passage("Before you swim\nDo not swim:\n- after a meal\n- with fever\n\nOn shore\nTowels are lent at the desk.");
    expect(await answer("When should I not swim?", page)).toBe("Do not swim:\n- after a meal\n- with fever");
  });

  it("the numbered title of a paragraph is no answer", async () => {
    const terms = passage(
      "4. Prices\nEach hour costs 3 euros. The first hour is free.\n\n5. Liability\nWhoever breaks a boat pays for it.",
    );
    expect(await answer("What are the prices of an hour?", terms)).toBe("Each hour costs 3 euros. The first hour is free.");
  });

  it("a question that asks two things is answered in both", async () => {
    const prices = passage("Ski hire\n\nA pair of skis: 24 euros a day\nA helmet: 6 euros a day\nA sledge: 9 euros a day");
    const payment = passage("We take cash and all usual cards. Instalments are not possible.", { chunkId: "c2" });
    expect(await answer("What does a helmet cost?", prices, payment)).not.toContain("cash");
    expect(await answer("What does a helmet cost and how can I pay?", prices, payment)).toMatch(/6 euros[^]*cash/);
  });

  it("a sentence that was wrapped before a name or a number is not cut", async () => {
    const wrapped = passage(
      "The depot lends hand carts for free to all who live around the gasworks in\nOld Mill Street for a deposit of 40 euros. Whoever breaks a cart pays up to\n500 euros for each case.",
    );
    expect(await answer("How much do I pay for a broken cart?", wrapped)).toContain(
      "Whoever breaks a cart pays up to\n500 euros for each case.",
    );
    expect(await answer("Who may borrow hand carts?", wrapped)).toContain(
      "The depot lends hand carts for free to all who live around the gasworks in\nOld Mill",
    );
    const properties = passage(
      "Size: 24 x 16 x 9 cm\nPorts: two for headphones, one for the mains, one for a memory card\nWeight: 310 g",
    );
    expect(await answer("How many ports?", properties)).toBe("Ports: two for headphones, one for the mains, one for a memory card");
    const lines = passage("Boats\nRowing boats are lent from April to October only\nPedal boats are lent all year round");
    expect(await answer("When are rowing boats lent?", lines)).not.toContain("only\nPedal");
  });

  it("numbered steps are shown whole, with their numbers", async () => {
    const guide = passage(
      "Descaling\n\n1. Fill the tank with vinegar.\n2. Run the machine twice.\n3. Rinse it with water.\n\nThe machine stands by.",
    );
    expect(await answer("How do I descale the machine with vinegar?", guide)).toContain(
      "1. Fill the tank with vinegar.\n2. Run the machine twice.\n3. Rinse it with water.",
    );
  });

  it("a follow-up is answered, not only what it follows", async () => {
    const page = passage(
      "La dosis diaria para adultos es de un comprimido. El jarabe no se da a niños. Los envases son de cartón.",
      { language: "es" },
    );
    expect(await answer("¿Cuál es la dosis diaria para adultos?\n¿y para niños?", page)).toContain("niños");
  });

  it("a numbered paragraph answers with what stands under its title, which helps to find it", async () => {
    const policy = passage(
      "1. Eligibility. Whoever has been here for six months may apply.\n\n2. Equipment. A laptop is lent.\n\n3. Costs. Electricity is not paid.",
    );
    expect(await answer("When am I eligible?", policy)).toBe("Whoever has been here for six months may apply.");
    expect(await answer("What equipment do I get?", policy)).toBe("A laptop is lent.");
  });

  it("a question within a text is answered by what follows it", async () => {
    const faq = passage("Can I pay by invoice?\nFrom the second order on.\n\nDo you ship to Norway?\nNot yet, but next year.");
    expect(await answer("Is shipping to Norway possible?", faq)).toBe("Not yet, but next year.");
  });

  it("a very long sentence is cut at its commas, and the cut is marked", async () => {
    const filler = "after long talks with the works council, with three suppliers and with the city, ".repeat(4);
    const text = await answer(
      "How many new jobs?",
      passage(`The board decided, ${filler}that 4,000 new jobs will come, ${filler}and left.`),
    );
    expect(text).toMatch(/^… /);
    expect(text).toMatch(/ …$/);
    expect(text).toContain("4,000 new jobs will come");
    expect(text.split(/\s+/).length).toBeLessThan(100);
  });

  it("a passage of headings alone shows them", async () => {
    expect(await answer("What is this?", passage("# Welcome"))).toBe("Welcome");
  });

  it("another language is judged by words of the same family as well", async () => {
    const text = "Der Hof ist groß. Saubere Hallenschuhe sind mitzubringen. Getränke gibt es am Automaten.";
    expect(await answer("Brauche ich Schuhe?", passage(text, { language: "de" }))).toMatch(/Hallenschuhe/);
    expect(await answer("Brauche ich Schuhe?", passage(text, { language: "de" }))).not.toMatch(/Hof|Automaten/);
  });

  it("another language is answered from the first of two passages whose sentences hold as much of the question", async () => {
    const russian = (chunkId: string, text: string) => passage(text, { chunkId, language: "ru" });
    const text = await answer(
      "Сколько стоит билет?",
      russian("c1", "Билет стоит триста рублей."),
      russian("c2", "Билет стоит двести рублей."),
    );
    expect(text).toBe("Билет стоит триста рублей.");
  });

  it("a question for a phone number is answered by each of them, wherever it stands", async () => {
    const german = (chunkId: string, text: string) => passage(text, { chunkId, language: "de" });
    const text = await answer(
      "Wie erreiche ich Sie?",
      german("c1", "Am Wochenende hilft der Notdienst unter 0711 7877 711."),
      german("c2", "Termine vergeben wir unter 0711 5550 143. Parken kostet nichts."),
    );
    expect(text).toBe("Am Wochenende hilft der Notdienst unter 0711 7877 711.\n\nTermine vergeben wir unter 0711 5550 143.");
  });

  it("a question for prices is answered in words where nothing has a price", async () => {
    const text = "Wir bauen Treppen. Die erste Beratung ist kostenlos. Die Werkstatt liegt am Fluss.";
    expect(await answer("Was kostet das?", passage(text, { language: "de" }))).toBe("Die erste Beratung ist kostenlos.");
  });

  it("a question what all is about is answered by how the passage begins", async () => {
    const text = "# Holm Kites\n\nWe build kites on the island. They fly in any wind.\n\n## Visits\n\nDo ring before you come.";
    const opening = "We build kites on the island. They fly in any wind.";
    expect(await answer("What do you do?", passage(text))).toMatch(new RegExp(`^${opening}`));
    expect(await answer("What do you sell?", passage(text))).toMatch(new RegExp(`^${opening}`));
    const selling = `${text} We sell kites and tails.`;
    expect(await answer("What do you sell?", passage(selling))).toContain("We sell kites");
    const lines = "# Holm Kites\n\n- Box kite\n- Red kite\n\nDo ring before you come.";
    expect(await answer("What is this?", passage(lines))).toBe("Holm Kites\nBox kite\nRed kite");
  });

  it("a question for a phone number is answered by what the owner wrote to just such a question", async () => {
    const sourceName = "How can I contact you?";
    const written = passage(`${sourceName}\n\nUse the form.`, { sourceType: "q&a", sourceName });
    const other = passage("Ring 22 33 44 55 and get in touch.", { chunkId: "c2" });
    expect(await answer("how do i get in touch", written, other)).toBe("Use the form.");
    expect(await answer("how do i get in touch", other, written)).toContain("22 33 44 55");
  });

  it("a sentence of Japanese is no longer than it reads, so that it is not cut for its many characters", async () => {
    const sentence =
      "スカイの新しい放送は、一九九八年の秋に、東経十九度の衛星から、国内のすべての家庭に向けて、毎日二十四時間、アンテナさえあれば手続きも契約もいらずに、無料で届けられるようになった。";
    const other = "料金は月に千円です。";
    expect(await answer("スカイの放送はいつ始まりましたか", passage(`${other}${sentence}`, { language: "ja" }))).toContain(
      sentence,
    );
  });

  it("another language is judged by its words", async () => {
    const text = "Wir öffnen um neun Uhr. Die Rückgabe ist 30 Tage lang möglich. Der Parkplatz liegt hinter dem Haus.";
    expect(await answer("Wie lange ist eine Rückgabe möglich?", passage(text, { language: "de" }))).toContain("30 Tage");
    const chinese = passage("我们九点开门。退货期限为三十天。停车场在楼后。", { language: "zh" });
    expect(await answer("退货期限是多久？", chinese)).toContain("退货期限为三十天。");
  });
});

describe("its promises", () => {
  it("every quotation stands at its place in the passage, and no piece is empty, whatever the text", async () => {
    const words = fc.constantFrom(
      "shop",
      "opens",
      "at 9",
      "😀",
      "- item",
      "# Head",
      "key: value",
      "|a|b|",
      "Why?",
      "end.",
      "\n",
      "\n\n",
      "日本語。",
      ",",
      "é",
    );
    const texts = fc.array(words, { maxLength: 90 }).map((parts) => parts.join(" "));
    const types = fc.constantFrom("text", "q&a", "product");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(texts, types), { maxLength: 3 }), async (drawn) => {
        const passages = drawn.map(([text, sourceType], index) =>
          passage(text, { chunkId: `${index}`, sourceType, language: "ru" }),
        );
        for (const { text, quote } of await ask("When does the shop open?", passages)) {
          expect(text).not.toBe("");
          const source = passages.find(({ chunkId }) => chunkId === quote?.chunkId);
          expect(
            quote === undefined ||
              Array.from(source?.text ?? "")
                .slice(quote.start, quote.end)
                .join("") === text,
          ).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("answers by words alone while the embedder is unavailable", async () => {
    const closed = openLocalEmbedder({ backgroundWorkers: 1 });
    await closed.close();
    expect(textOf(await ask("When do you close on Saturdays?", [handbook], closed))).toContain("On Saturdays we close at noon.");
    await expect(closed.embed(["x"], { priority: "interactive" })).rejects.toBeInstanceOf(ModelUnavailableError);
  });

  it("an abort ends it with its reason, and closing twice does no harm", async () => {
    const model = createExtractiveModel({ embedder });
    const request = {
      model: "",
      temperature: 0,
      system: "",
      messages: [],
      question: "When?",
      passages: [handbook],
      language: "en",
    };
    const pieces = model.answer(request, { signal: AbortSignal.abort(new Error("left")) })[Symbol.asyncIterator]();
    await expect(pieces.next()).rejects.toThrow("left");
    await Promise.all([model.close(), model.close()]);
    expect(model.kind).toBe("extractive");
  });
});
