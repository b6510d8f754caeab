import { fold } from "./fold.ts";
import { functionWords } from "./function-words.ts";

/**
 * Forms of question words, pronouns, prepositions, auxiliaries and the verbs that questions are asked with, of four letters or more, beside those
 * among the function words. Some say a little of what is asked for, so that they stay what a passage is searched for.
 */
const lists: Readonly<Record<string, string>> = {
  en: `along although among around away back behind below beside besides beyond come came down even everything everyone anybody anyone anything near next nobody nothing none often
    ever never always already soon still used want wants wanted need needs needed take takes took make makes made give gives gave find found know known work works going gone goes went`,
  de: `womit worein wofür wodurch wozu wobei wohin woher wonach wovon worauf worüber worum woran worin welch wieso weshalb weswegen wenn wann wievielen wieviele denen deren dessen derer jenem jenen jener jenes manche
    mancher manchem manchen manches solcher solche solches euch eure eurem euren eurer ihres unsere unserem unseren unserer unseres meinem meinen meiner meines deinem deinen deiner deines eines keinem keinen
    keiner keines seines jemand jemandem jemanden niemand niemandem niemanden etwas überhaupt bereits schon immer niemals jemals außer außerhalb innerhalb gegenüber neben trotz wegen statt anstatt bevor nachdem
    sobald solange darf darfst dürfen dürft durfte kannst könnt konnte konnten könnten magst mögen möchte möchten möchtest musst müsst musste mussten sollst sollen sollten willst wollt wollte wollten wäre wären
    werdet würde würdet hätte hätten habt hast hattet seid sein gewesen worden braucht brauche brauchen bekommt bekomme bekommen kostet kosten gehört gehören heißt heißen findet finde finden steht stehen
    liegt liegen kommt komme kommen geht gehen macht mache machen nimmt nehme nehmen öffnet öffnen schließt dauert dauern funktioniert arbeitet`,
  es: `adónde cuánta cuántos cuántas quiénes cuáles cuyas cuyos aquella aquellas aquellos ningún ninguna ninguno nadie alguien nunca siempre todavía mía mías míos suya suyas suyo suyos nuestra nuestras nuestro
    nuestros vuestra vuestro ellas ellos vosotros conmigo contigo consigo mismo misma mismos mismas cada demás según hacia junto dentro fuera cerca lejos encima debajo delante detrás puedo puedes podemos podría podrían
    debo debe deben debería tengo tenemos tenía tendría hago hace hacen hacer haya hubo habrá sería serán será están estamos estuvo estaban fueron quiere quiero quieren necesito necesita necesitan cuesta cuestan
    vale valen abre abren cierra cierran funciona trabaja encuentra encuentro queda quedan llama llaman llega llegan sirve sirven dura duran existe existen`,
  fr: `lequel laquelle lesquels lesquelles auquel duquel desquels combien quoi dont celui-ci ceux quelque quelques quelqu quiconque personne rien jamais toujours déjà encore notre votre leurs mien mienne sien sienne
    nôtre vôtre lui-même eux-mêmes parmi malgré près loin hors dehors dedans avant après puis-je peux peut peuvent pouvez pouvons pourrait pourrais dois doit doivent devez faut faudra font faites avons
    avez aurait auront sera seront serait étais étant soit soient sommes êtes veut veux voulez voudrais coûte coûtent vaut valent ouvre ouvrent ferme ferment fonctionne trouve trouvent trouver marche appelle existe
    existent dure durent`,
  it: `quali quanti quante quanta quanto dove quando perché chiunque qualcuno qualcosa nessuno nessuna niente nulla sempre ancora quelli quelle costui colui coloro mia mie miei tuoi nostra nostre nostri vostra vostre
    vostri vostro loro stesso stessa stessi stesse presso verso dentro fuori sopra sotto vicino lontano durante secondo posso puoi possono possiamo potrei potrebbe devo deve devono dobbiamo dovrei faccio fanno fare
    abbiamo avete avrei siete sarà saranno sarebbe erano vuole voglio vorrei serve servono costa costano apre aprono chiude chiudono funziona trova trovano trovare chiama dura durano esiste`,
  pt: `quem quais quantos quantas quanta quanto onde aonde quando porquê alguém ninguém nenhum nenhuma nada nunca sempre ainda aquela aquelas aqueles aquilo deste desta destes destas nosso nossa nossos nossas vosso seus suas
    comigo contigo consigo mesmo mesma mesmos cada perto longe dentro fora junto posso podemos podem poderia devo deve devem preciso precisa precisam tenho temos tinha teria faço fazem fazer houve haver haverá seria será
    serão estamos estão estava quero querem custa custam vale abre abrem fecha fecham funciona trabalha fica ficam encontra encontro chama dura duram existe existem`,
  nl: `welke welk wiens waarmee waarvoor waarvan waarop waarin waarheen waarover hoezo iemand niemand iets niets nooit altijd soms elke ieder iedere jouw jullie onze hunne dezelfde hetzelfde zulke binnen buiten naast
    tussen tijdens volgens sinds tegen zonder kunt kunnen kunt konden mogen moeten moest moesten zullen zouden willen wilde hebt hadden bent waren geweest kost kosten duurt duren heet heten ligt liggen staat staan vindt
    vinden opent sluit werkt werken gaat gaan komt komen`,
  ru: `кого кому кого-то кто-то чего чему чего-то что-то чьего чьей чьих чьим какова каков каково каковы какому какими котор который которая которое которые которого которой которому которым которых которыми
    сколько скольких скольким скольки насколько отчего откуда куда-то никто никого никому ничего ничему никакой никогда некоторые кто-нибудь что-нибудь кое-что каждый каждая каждое каждого каждой
    тебе тобой тобою мною нами вами ними ему нему него неё ними него нею собой собою своё свой своя свои своего своей своих своим вашего вашей ваша ваше ваши ваших вашим вашему наша наше наши наших нашего нашей
    нашим нашему моего моей моему моих моим твой твоя твоё твои этим этому этими этих теми тому такая такое такие такого таких самый самая самое самого самой другой другая другие других
    около возле вокруг кроме среди между через после против вместо внутри рядом сверх согласно иначе сразу всегда часто редко опять уже пока либо хотя чтоб
    могу может можете можем могут мочь нужен нужна нужно нужны надо нельзя буду будете будем будут быть была были есть имею имеет имеют имеется хочу хочет хотите хотят
    стоит стоят стоить сделать делать делает делают работает работают находится находятся найти называется называются зовут идёт идут длится длятся открыт открыта открыто открыты закрыт закрыта закрыто закрыты`,
  ar: `لمن بمن ممن عمن عما مما فيم بكم منذ متي أيضا ايضا أيهما أيها أيهم لماذا كيفية حيث حيثما كلما مهما أحد أحدهم لديه لديها لديهم لدي لديكم عندك عندكم عندي إليك إليكم منكم منك عليك عليكم فيكم بكم لكم لنا
    هؤلاء أولئك اللواتي اللاتي تكون يكون كانوا كنت سيكون ستكون ليس ليست ليسوا يمكن يمكنني يمكنك يجب ينبغي أريد تريد يوجد توجد هنالك يعمل تعمل يقع تقع يفتح تفتح يغلق تغلق يكلف تكلف`,
  tr: `kimi kimde kimden kimle kimler kimlerin neyi neye neyin neyle nereyi nerde nereden nerelerde hangileri hangisini kaçta kaça kaçıncı niçin nasıl bunlar bunların bunlara şunu şuna şunlar onlara onları onların ondan onda
    bundan bunda bizde bizden bize sizde sizden sizin size bizim benden bende seni senin herkes herkese kimse hiçbir hiçbiri bazen daima henüz zaten beri önce sonra kendi kendisi kendini olsa olmak olur olmaz olabilir
    olacak oluyor olduğunu değildir var mıdır midir müdür mudur vardır yoktur yapmak yapabilir yapılır gerekir gerekli lazım istiyorum alabilir çalışıyor bulunur bulunuyor açık kapalı sürer sürüyor`,
  ro: `cui cărui cărei căror care dincotro încotro unde oriunde oricine orice oricând câtă câte câți nimeni nimic niciodată mereu cineva ceva altceva altcineva acelea aceia acestora acestuia acesteia noastră noastre nostru noștri
    voastră vostru voștri mele meu mea sale său fiecare oricare însă totuși lângă împotriva înainte după dinspre către pot poate poți puteți putem putea trebuie trebui avem aveți fac face facem vreau vrea doresc
    costă deschide închide funcționează găsesc găsește găsi numește durează există lucrează aflat află`,
  el: `ποιος ποιον ποιαν ποιας ποιου ποιων ποιοι ποιους τίνος ποσα πόσων πόσης όποιος όποια όποιο όποτε όπου οποία οποίο οποίος οποίοι οποίες οποίων κάποιος κάποια κάποιο κανείς κανένας καμία τίποτα ποτέ πάντα ακόμα ακόμη ήδη
    εμένα εσένα εμάς εσάς μας αυτών αυτούς εκείνος εκείνη εκείνο τέτοιος μπορώ μπορεί μπορείτε μπορούμε πρέπει έχω έχετε έχουμε είχε είμαι είμαστε είστε ήταν γίνεται γίνει θέλω θέλει χωρίς κοντά μέχρι κατά
    κοστίζει κοστίζουν ανοίγει κλείνει λειτουργεί βρίσκεται βρίσκονται λέγεται διαρκεί υπάρχει υπάρχουν`,
  hi: `किससे किसमें किनका किनके किनको कितनों कौनसे किधर जिधर जिसका जिसके जिसकी जिसे जिससे जिसमें जिन्हें उन्हें इन्हें उनसे उनमें इनका इनके इनकी इससे इसमें उससे उसमें आपका आपके आपकी आपको आपसे हमारा हमारे हमारी हमें मुझे मेरा मेरे
    मेरी तुम्हारा तुम्हारे सकती सकूँ चाहिए होगा होगी होंगे मिलता मिलती मिलेगा लगता लगती करना करता करते करती खुलता खुलती खुला`,
  vi: `người những nhưng chúng đang đến được không nhiêu nhiều giờ trong trước thời đâu khoảng cần muốn phải biết thường`,
};

const sets = new Map<string, ReadonlySet<string>>();

/**
 * Whether a folded word is one that questions of a language are made of whatever they ask for: a function word, or a form of a pronoun,
 * preposition or everyday verb. Such a word is not misspelt, even where no document holds it. False where no list is known.
 */
export function isCommonWord(folded: string, language: string): boolean {
  if (functionWords(language).has(folded)) return true;
  let common = sets.get(language);
  if (common === undefined) {
    common = new Set((lists[language] ?? "").split(/\s+/).map(fold));
    sets.set(language, common);
  }
  return common.has(folded);
}
