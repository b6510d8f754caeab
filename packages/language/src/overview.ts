/**
 * How a visitor asks what a site, a company or a document is about: in words that say nothing else ("What do you do?"), or in words that others may
 * tell more of ("What do you sell?").
 */
export type AskedOverview = "always" | "otherwise";

/** What the opening of a document is found by, which says what it is about in words that nobody asks with. */
export const overviewTerm = "@about";
/** The same of the first page of a site, which says it of the whole. */
export const frontPageTerm = "@front";

const thing =
  "(?:compan(?:y|ies)|business|firm|organi[sz]ation|shop|store|(?:web)?site|(?:web ?)?page|app|product|service|project|place|document|file|text|pdf|article)";
const firma = "(?:firma|unternehmen|betrieb|laden|geschäft|verein|seite|website|webseite|dokument|datei|text|dienst|app|produkt)";
const empresa = "(?:empresa|negocio|tienda|página|sitio|web|documento|archivo|texto|servicio|producto|aplicación)";
const entreprise = "(?:entreprise|société|boutique|site|page|document|fichier|texte|service|produit|application)";

/** Whole messages, in all languages, since few of them mean another thing elsewhere. */
const forms: Readonly<Record<AskedOverview, readonly string[]>> = {
  always: [
    `what (?:do|does) (?:you(?: guys| people)?|(?:this|the|your) ${thing}) (?:actually |really )?do(?: here)?`,
    `what(?: is|['’]?s| are) (?:this|it|here|you)(?: ${thing})?(?: (?:all )?about| for| exactly)?|what(?: is|['’]?s) (?:this|the|your) ${thing}(?: (?:all )?about| for)?`,
    `(?:(?:can you |could you )?(?:please )?(?:tell|give) me |i(?:['’]d| would)? (?:want|like) to (?:know|learn) )?(?:(?:something|anything|more|a bit|info|information|a summary|an overview) )*about (?:you|us|(?:this|the|your) ${thing})`,
    `(?:(?:please |can you |could you )?(?:give me |write |make )?(?:an? |the )?(?:short |brief |quick )?(?:summary|overview)|(?:please |can you |could you )?summari[sz]e)(?: of)?(?: (?:this|it|everything|(?:this|the|your) ${thing}))?(?: please| for me)?`,
    `was (?:macht|machen|tut|tun) (?:ihr|sie|du|(?:diese[rs]?|die|das|der|eure?|ihre?|dein) ${firma})(?: (?:so|eigentlich|genau|denn|alles))*|worum geht(?:['’]?s| es)(?: (?:hier|eigentlich|auf dieser seite|in diesem (?:dokument|text)))*|was ist das(?: hier)?(?: für (?:eine?|ein) ${firma})?`,
    `(?:(?:erzähl\\p{L}*|sag\\p{L}*|beschreib\\p{L}*) (?:sie )?(?:mir |uns )?(?:bitte )?)?(?:(?:etwas|was|mehr) )?(?:über|von) (?:euch|sie|ihnen|dich|(?:eure?|ihre?|das|die|dieses?) ${firma})|(?:eine |kurze )*(?:zusammenfassung|überblick|übersicht)(?: bitte)?|fass(?:e|en sie)? (?:das|es|den text|das dokument|alles) (?:bitte )?zusammen`,
    `(?:a )?qué (?:hacen|hacéis|haces|hace (?:la|su|esta|tu) ${empresa})(?: ustedes| vosotros)?|a qué (?:se dedican|os dedicáis|te dedicas|se dedica(?: (?:la|su|esta|tu) ${empresa})?)(?: ustedes)?|(?:de qué (?:trata|va|se trata|habla)|qué es)(?: (?:esto|est[ea] ${empresa}|(?:el|la|su) ${empresa}))?`,
    `(?:(?:háblame|cuéntame|háblenme|cuéntenme|hábleme|cuénteme)(?: (?:algo|más|un poco))? )?(?:de|sobre|acerca de) (?:ustedes|vosotros|ti|(?:la|su|esta|tu) ${empresa})|(?:un )?resumen|resum(?:e|a|ir)(?: (?:esto|(?:el|este|la|esta) ${empresa}))?`,
    `(?:que (?:faites|fait)[- ](?:vous|votre ${entreprise})|qu['’]est[- ]ce que (?:vous faites|c['’]est|fait (?:votre|cette|l['’]) ?${entreprise})|vous faites quoi|c['’]est quoi(?: (?:ce|cette|votre) ${entreprise})?|de quoi (?:s['’]agit[- ]il|ça parle|parle (?:ce|cette|le) ${entreprise}))`,
    `(?:parle[rz][- ]moi )(?:de vous|de (?:votre|cette) ${entreprise}|de l['’]${entreprise})|à propos de vous|(?:un )?résumé|résume[rz]?(?:[- ]moi)?(?: (?:ce|cette|le|la|tout) ?${entreprise}?)?`,
    `(?:che )?cosa (?:fate|fa (?:la vostra|questa|l['’]) ?azienda)|di (?:che )?cosa (?:vi occupate|si occupa (?:la vostra|questa|l['’]) ?azienda|si tratta|parla(?: quest[oa] (?:sito|documento|pagina))?)|(?:che )?cos['’]è quest[oa](?: (?:sito|documento|pagina))?|parla(?:mi|temi) di voi|(?:un )?riassunto|riassumi(?: (?:questo|il) documento)?`,
    `o que (?:vocês fazem|você faz|a (?:sua )?empresa faz|fazem|é (?:isto|isso)|faz (?:a|esta|sua|a sua) empresa)|do que (?:se )?(?:trata|fala)(?: (?:isto|isso|este (?:site|documento)))?|(?:me )?(?:fal|cont)(?:a|e|em)(?:[- ]me)? (?:mais |um pouco )*(?:sobre|de) (?:vocês|você|a (?:sua )?empresa)|(?:um )?resumo|resum(?:a|ir)(?: (?:isto|isso|o documento))?`,
    `wat (?:doen jullie|doet u|doe je|doet (?:dit|jullie|uw) bedrijf)(?: (?:eigenlijk|precies))?|wat is dit(?: voor (?:een )?(?:bedrijf|site|website|winkel))?|waar (?:gaat (?:dit|het|deze (?:site|pagina))|gaat dit document)(?: eigenlijk)? over|vertel (?:me |mij )?(?:iets |meer )?over (?:jullie|u|jullie bedrijf|uw bedrijf|het bedrijf)|(?:een )?samenvatting`,
    `(?:чем|что) вы (?:тут |вообще )?(?:занимаетесь|делаете)|чем занимается (?:ваша |эта )?(?:компания|фирма|организация)|что это(?: такое| за (?:сайт|компания|фирма|документ|магазин))?|о ч[её]м (?:это|этот (?:сайт|документ|текст)|эта страница|(?:здесь )?ид[её]т речь)|расскажи(?:те)? (?:мне |нам )?(?:немного |подробнее )?(?:о (?:вас|себе|вашей компании|компании)|про (?:вас|компанию))|краткое содержание|резюме|перескажи(?: текст| документ)?`,
    `czym (?:się )?(?:się zajmujecie|zajmujecie się|zajmuje się (?:wasza |ta )?firma|zajmujecie)|co (?:robicie|to jest)|o czym (?:to jest|jest (?:ta strona|ten dokument))|opowiedz(?:cie)? (?:mi )?(?:coś )?o (?:sobie|firmie|waszej firmie)|podsumowanie|streszczenie`,
    `ne (?:iş )?yapıyorsunuz|(?:bu|burası) (?:ne(?:dir)?|neresi)|bu (?:site|sayfa|belge|şirket) ne(?:dir)?(?: hakkında| ile ilgili| yapıyor)?|hakkınızda(?: bilgi verir misiniz)?|özet(?:le)?`,
    `(?:με τι|τι) ασχολείστε|τι είναι αυτό|(?:πείτε|πες) μου (?:κάτι )?για (?:εσάς|την εταιρεία(?: σας)?)|περίληψη|cu ce vă ocupați|ce este (?:asta|acest site|această firmă)|despre ce este vorba|(?:spune|povestește)(?:ți)?[- ]mi (?:ceva )?despre (?:voi|firmă|firma voastră)|rezumat`,
    `ماذا (?:تفعلون|تعملون|تفعل شركتكم|تعمل شركتكم)|ما (?:هذا|هذه الشركة|هو عملكم|عملكم|طبيعة عملكم)|عن ماذا (?:هذا|يتحدث هذا المستند)?|(?:حدثني|أخبرني|اخبرني) عن(?:كم| شركتكم)|(?:ملخص|لخص)(?: (?:هذا|النص|المستند))?`,
    `आप(?: लोग)? क्या (?:काम )?करते हैं|यह क्या है|यह किस बारे में है|(?:मुझे )?(?:अपने|कंपनी के) बारे में बताइए|सारांश|(?:พวก)?คุณทำอะไร|(?:ที่นี่|บริษัทนี้)ทำอะไร|นี่คืออะไร|เกี่ยวกับ(?:อะไร|เรา|คุณ)|สรุป(?:ให้หน่อย)?`,
    `(?:các )?bạn làm gì|công ty(?: (?:bạn|này))? làm gì|đây là gì|(?:trang|tài liệu) này (?:nói về (?:cái )?gì|là gì)|giới thiệu(?: về)?(?: (?:công ty|bạn))?|tóm tắt`,
    `(?:あなた(?:たち|方)?は|御社は|ここは|この会社は|こちらは)?(?:何|なに)を(?:して|やって|し|や)(?:る|いる|います|ている|ています)?(?:会社|お店|ところ|サービス)?(?:なの)?(?:です)?か?|これは何(?:です)?か?|(?:ここは)?どんな(?:会社|お店|ところ|サイト)(?:です)?か?|(?:会社|サービス)?(?:概要|について)(?:を?教えてください)?|(?:この(?:文書|ページ)を?)?要約(?:して(?:ください)?)?`,
    `(?:여기는 |이 회사는 |귀사는 )?(?:무엇을|뭐|뭘|무슨 일을) (?:하는 (?:곳|회사|데)(?:인가요|이에요|예요|입니까)?|하나요|하세요|합니까)|(?:이게|이건|이것은|여기는) (?:뭐예요|뭔가요|무엇인가요|뭐야)|(?:회사|서비스)? ?소개(?:를?해 ?주세요| 부탁드립니다)?|요약(?:해 ?주세요)?`,
    `(?:请问)?(?:你们|贵公司|你们公司|这家公司|公司)(?:主要|都)?(?:是)?(?:做|干)(?:什么|啥|嘛)(?:业务)?的?|(?:这|这个)(?:是什么|是做什么的|是干什么的|网站是(?:做|干)什么的)|(?:请)?介绍一?下?(?:你们|贵公司|公司|你们公司|自己)?|(?:公司)?简介|(?:请)?(?:总结|概括)(?:一下)?(?:这个?(?:文档|文章|网页))?|这?个?(?:文档|网站|文章|文件)(?:是)?(?:讲|说|关于)(?:的是)?什么的?`,
  ],
  otherwise: [
    `what (?:(?:kinds?|sorts?|types?) of )?(?:(?:services?|products?|things?|items?|goods|stuff) )?(?:do|does) (?:you|(?:this|the|your) ${thing}) (?:sell|offer|provide|make|have)(?: to offer| here)?|(?:your |what are your )?(?:services|products)`,
    "was (?:bietet|bieten|verkauft|verkaufen) (?:ihr|sie)(?: (?:so|alles|denn))*(?: an)?|welche (?:leistungen|produkte|dienstleistungen|angebote|waren) (?:gibt es|bieten sie an|bietet ihr an|haben sie|habt ihr|verkaufen sie|verkauft ihr)",
    "qué (?:servicios |productos )?(?:ofrecen|ofrecéis|venden|vendéis|tienen|tenéis)|que (?:vendez|proposez|offrez)[- ]vous|qu['’]est[- ]ce que vous (?:vendez|proposez|offrez)|quels (?:services|produits) (?:proposez|offrez|vendez|avez)[- ]vous|vous (?:vendez|proposez) quoi",
    "(?:che )?cosa (?:vendete|offrite)|(?:quali|che) (?:servizi|prodotti) (?:offrite|avete|vendete)|o que (?:vocês )?(?:vendem|oferecem|vende|oferece)|quais (?:serviços|produtos) (?:vocês )?(?:oferecem|têm|vendem)|wat (?:verkopen|bieden) jullie(?: aan)?|welke (?:diensten|producten) (?:bieden jullie aan|hebben jullie|zijn er)",
    "что вы (?:прода[её]те|предлагаете)|какие (?:у вас |вы )?(?:есть )?(?:услуги|товары|продукты)(?: (?:вы )?(?:предлагаете|есть|оказываете|прода[её]те))?|co (?:sprzedajecie|oferujecie)|jakie (?:usługi|produkty) (?:oferujecie|macie)|ne (?:satıyorsunuz|sunuyorsunuz)|hangi (?:hizmetleri|ürünleri) (?:sunuyorsunuz|satıyorsunuz)",
    "τι (?:πουλάτε|προσφέρετε)|ce (?:servicii |produse )?(?:vindeți|oferiți|aveți)|ماذا (?:تبيعون|تقدمون)|ما (?:هي )?(?:الخدمات|المنتجات|خدماتكم|منتجاتكم)(?: التي تقدمونها)?|आप क्या (?:बेचते|देते) हैं|(?:ที่นี่)?ขายอะไร(?:บ้าง)?|มี(?:บริการ|สินค้า)อะไร(?:บ้าง)?|(?:các )?bạn (?:bán|cung cấp) (?:những |dịch vụ |sản phẩm )?gì",
    "何を(?:売って|販売して|提供して)います?か?|どんな(?:商品|サービス)が?(?:あります)?か?|(?:무엇을|뭐를?|뭘) (?:파나요|판매하나요|파세요|제공하나요)|어떤 (?:서비스|상품|제품)(?:가|이)? (?:있나요|제공하나요)|(?:请问)?你们(?:都)?(?:卖|提供|有)(?:什么|哪些)(?:产品|服务|东西|商品)?|有(?:什么|哪些)(?:产品|服务|商品)",
  ],
};

/** Characters of the longest of them. */
const longest = 120;
const patterns = Object.entries(forms).map(
  ([kind, sources]) => [kind as AskedOverview, new RegExp(`^(?:${sources.join("|").normalize("NFKC")})$`, "iu")] as const,
);
const around = /^[\p{P}\s]+|[\p{P}\s]+$/gu;

/** Whether a message asks what all is about, and nothing else; undefined for any other. */
export function askedOverview(message: string): AskedOverview | undefined {
  if (message.length > longest) return undefined;
  const said = message.normalize("NFKC").replaceAll(around, "").replaceAll(/\s+/g, " ");
  return patterns.find(([, form]) => form.test(said))?.[0];
}
