import { fold } from "./fold.ts";

/**
 * Function and question words by language: what a question is full of whatever it asks for. Written for Parlance; a word that is
 * missing costs little, a content word in the list would cost much, so the lists are short.
 */
const lists: Readonly<Record<string, string>> = {
  en: `a about after again all also am an and any are aren as at be because been before being between both but by can could couldn did didn do does doesn doing don done down
    during each either else ever every few for from further had hadn has hasn have haven having he her here hers herself him himself his how however i if in into is isn it its itself
    just let many may me might mine more most much must my myself neither no nor not now of off on once one only onto or other ought our ours ourselves out over own please quite rather really
    same shall she should shouldn since so some somebody someone something such than that the their theirs them themselves then there these they this those though through thus to too
    toward towards under until up upon us very via was wasn we were weren what whatever when whenever where wherever whether which while who whoever whom whose why will with within without
    won would wouldn yet you your yours yourself yourselves tell dont doesnt didnt isnt arent wasnt werent cant couldnt wouldnt shouldnt wont hasnt havent hadnt im ive`,
  de: `aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes auch auf aus bei beim bin bis bist da damit dann das dass dein deine dem den denn der des dessen dich
    die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines er es etwas euch euer für gegen hab habe haben hat hatte hatten hier hin hinter ich ihm ihn
    ihnen ihr ihre ihrem ihren ihrer im in indem ins ist jede jedem jeden jeder jedes jene jetzt kann kein keine können könnte machen man mein meine mich mir mit muss müssen nach nicht nichts noch nun nur ob
    oder ohne sehr sein seine seinem seinen seiner seit sich sie sind so solche soll sollte sondern sonst über um und uns unser unter viel viele vom von vor wann war waren warum was weg weil weiter
    welche welchem welchen welcher welches wem wen wenn wer werde werden wessen wie wieder wieso wieviel will wir wird wirst wo woher wohin wollen worden worin womit woran wurde wurden während würde zu zum zur zwar
    zwischen gibt es bitte`,
  es: `a al algo algún alguna algunas alguno algunos ante antes aquel aquella aquellos así aún aunque bajo bien cada como cómo con contra cual cuál cuales cuáles cuando cuándo cuánta cuántas cuánto cuántos cuya cuyo de
    del desde donde dónde dos durante e el él ella ellas ellos en entre era eran eres es esa esas ese eso esos esta está estaba estado están estar estas este esto estos fue fueron ha había haber han hasta hay la
    las le les lo los más me mi mientras muy nada ni no nos nosotros o os otra otras otro otros para pero poco por porque porqué pues que qué quien quién quienes quiénes se sea ser si sí sido sin sobre son su sus
    también tan tanto te tiene tienen toda todas todo todos tu tú tus un una unas uno unos usted ustedes y ya yo qué puede pueden`,
  fr: `à ai ainsi alors as au aucun aussi autre autres aux avait avant avec avez avoir ayant c car ce ceci cela celle celles celui ces cet cette ceux chaque chez comme comment d dans de des depuis donc dont du elle elles
    en encore entre es est et était étaient été être eu fait faire il ils j je l la le les leur leurs lors lorsque lui m ma mais me même mes moi mon n ne ni nos notre nous on ont ou où par parce pas
    pendant peu peut plus pour pourquoi puis qu quand que quel quelle quelles quels qui quoi s sa sans se selon sera ses si son sont sous sur t ta te tes toi ton tous tout toute toutes très tu un une vers voici vos votre vous y combien`,
  it: `a ad agli ai al alla alle allo anche ancora avere aveva c che chi ci come con contro cosa cui d da dagli dai dal dalla dalle dallo degli dei del della delle dello di dove e è ed era erano essere fa fra fu già gli ha
    hai hanno ho i il in io l la le lei li lo loro lui ma me mi mia mio ne negli nei nel nella nelle nello no noi non nostro o per perché più può qual quale quali quando quanta quante quanti quanto quella quelle quelli quello
    questa queste questi questo se sei si sia siamo sono sta stata stati stato su sua sue sugli sui sul sulla suo suoi te ti tra tu tua tuo tutti tutto un una uno vi voi`,
  pt: `a à ao aos aquela aquele aquilo as às até com como da das de dela dele deles depois do dos e é ela elas ele eles em entre era eram essa esse esta está estão este eu foi foram há isso isto já lhe mais mas me mesmo meu
    minha muito na nas não nem no nos nós o onde os ou para pela pelas pelo pelos pode por porque porquê qual quais quando quanta quantas quanto quantos que quê quem se sem ser seu seus só sobre sua suas também te tem têm tinha toda todas todo
    todos tu tua um uma você vocês`,
  nl: `aan al alles als altijd andere ben bij daar dan dat de der deze die dit doch doen door dus een en er ge geen haar had heb hebben heeft hem het hier hij hoe hoeveel hun iemand iets ik in is ja je kan kon kunnen maar me
    meer men met mij mijn moet na naar niet niets nog nu of om omdat onder ons ook op over reeds te tegen toch toen tot u uit uw van veel voor waar waarom wanneer want waren was wat welke wel werd wezen wie wij wil worden wordt zal ze zelf zich zij zijn zo
    zonder zou`,
  ru: `а без более больше будет будто бы был была были было быть в вам вас весь во вот все всего всех вы где да даже для до его ее её если есть еще ещё же за зачем здесь и из или им их к как какая какие каким каких какого какое какой каком какую когда кто куда ли
    лучше между меня мне много может можно мой моя мы на над надо наш не него нее ней нет ни них но ну о об один он она они оно от откуда перед по под после потом потому почему при про с сам сейчас себе себя со сколько так также такой там тебя тем теперь
    то того тоже только том тот ту ты у уж чего чей чем через что чтобы чье чьё эта эти это этого этой этом этот эту я является`,
  ar: `في من على إلى الى عن مع هو هي هم هن أن ان إن كان كانت كانوا يكون تكون ما ماذا متى أين اين كيف كم لماذا لم لن لا هل أي اي أية التي الذي الذين اللذان هذا هذه ذلك تلك هناك هنا كل بعض غير بين قد لقد ثم أو او أم و ف ب ل ك
    عند عندما حتى إذا اذا لو منذ قبل بعد حول خلال دون ضد أيضا ايضا كما نحن أنا انا أنت انت له لها لهم به بها فيه فيها منه منها عليه عليها إليه إليها من هو يتم تم وقد وهو وهي ولم ولا`,
  tr: `acaba ama ancak bana bazı belki ben beni benim bile bir biri biz bize bu buna bunlar bunu bunun çok çünkü da daha de değil diye dolayı en gibi göre hangi hangisi hem hep her hiç için ile ilgili ise kadar kaç kez ki kim kime kimin mi mı mu mü
    nasıl ne neden nedir nerede nereden nereye niçin niye o olan olarak oldu olduğu olur on ona onlar onu onun sana sen siz şey şu tüm ve veya ya yani ne zaman
    kimdir kimdi kimler kimlerdi kimlerdir kimlerin kimleri kimden kimde kimse kiminle neydi neyi neyin neye neyle neler nelerdir neleri nelere nelerden neyden hangisidir
    hangisinin hangileri hangileridir kaçtır kaçta kaça kaçıncı nasıldır nasıldı nerededir neredeydi nerelerde neresi neresidir neresinde neredendir midir mıdır mudur müdür miydi
    mıydı muydu müydü misin mısın mısınız misiniz musunuz idi imiş iken değildir değildi olup olmak olması olmuştur olmuş oldular olduğunu olduklarını olanlar olsa olacak
    olabilir olabilirim var vardır vardı yok yoktur yoktu etmek eder etti ediyor edilir edildi edilen eden etmiş edilmiştir edilmektedir denir dendi denilen denilir denmektedir
    bunların bunları bunlardan bundan böyle şöyle öyle şunlar onların onları ondan onlardan bazıları birkaç tarafından arasında içinde üzerinde üzerine sonra sonrasında önce beri
    doğru karşı rağmen dair ait üzere ayrıca fakat hatta eğer sadece yalnızca yalnız artık henüz hâlâ hala pek biraz senin bizim sizin bizi sizi seni kendi kendisi kendine
    kendini kendilerini adlı isimli lütfen`,
  ro: `a acea aceasta această aceea acei aceia acel acela acele acest acesta aceste acești ai aici al ale am ar are as au avea aveau avut azi ca că care ce cea cei cel cele cine cu cum când câți câte cât câtă da dar de deci decât
    deja din dintre doar după ea ei el ele era erau este eu fi fie fost iar îi îl în între la le li lor lui mai mult mă ne nici noi nu o or ori pe pentru prin sa să sau se sunt spre sub și te toate toți tu un una unde unei unor unu unui va vor vă
    acestei acestui acestor acestora acesteia acestuia celei celui celor cărei cărui căror cărora căreia căruia câtor câtora câteva câtva dintr într printr printre despre lângă
    peste fără până contra către împotriva înainte înaintea anume fel felul unele unii unul vreun vreo niciun nicio fiecare fiecărui fiecărei oricare orice oricine oricât altă
    alt alte alți altul alta alții altele însă totuși deși dacă deoarece fiindcă întrucât astfel așa atunci acum acolo încotro cumva i l m n s v d p aveți avem ați aș fiind
    sunteți suntem eram erai erați fusese fuseseră voi vei vom veți poate pot putea putem puteți trebuie mea meu mei mele ta tău tăi tale sale săi noastră nostru noștri noastre
    voastră vostru mine tine sine mie ție ni îmi îți își dânsul dânsa dânșii foarte prea tot toată totul atât atâta atâția numai chiar încă numit numită numiți`,
  el: `αλλά αν αντί από απο αυτά αυτές αυτή αυτό αυτοί αυτός αυτού για γιατί δε δεν εάν είναι ειναι ήταν ηταν εγώ εδώ εκεί ένα ένας έχει έχουν η ή θα και κατά κι με μέσα μετά μη μην μια μία μου να ο οι όμως όπως όταν ό,τι που πού πως πώς πόσα πόσες πόση πόσο πόσοι πόσους
    ποια ποιά ποιες ποιο ποιό ποιοι ποιος ποιός ποιους πότε πριν προς σαν σας σε στα στη στην στις στο στον στους στου τα τη την της τι τί τις το τον του τους των ως
    ποιον ποιαν ποιας ποιου ποιων πόσος πόσου πόσων πόσης οποίος οποία οποίο οποίου οποίας οποίων οποίους οποίοι οποίες ότι ώστε αυτής αυτούς αυτών αυτόν αυτήν εκείνος εκείνη
    εκείνο εκείνοι εκείνης εκείνου κάποιος κάποια κάποιο κάποιοι κάποιες κάποιους κάθε όλα όλες όλη όλο όλοι όλους όλων όλης άλλος άλλη άλλο άλλοι άλλες άλλα άλλων άλλους άλλης
    ίδιος ίδια ίδιο ίδιου μας σου εμείς εσείς εσύ εμένα εσένα εμάς εσάς είμαι είσαι είμαστε είστε ήμουν είχε είχαν έχω έχεις έχετε έχουμε είχα υπάρχει υπάρχουν υπήρχε υπήρχαν
    υπήρξε μπορεί μπορώ μπορούν μπορείτε μπορούμε μπορούσε πρέπει ούτε είτε μήτε αφού επειδή διότι ενώ μέχρι έως χωρίς δίχως παρά υπό υπέρ επί εκ εξ εν μεταξύ κατόπιν όπου όποτε
    όποιος όποια όποιο όσο όσα όσοι όσες πολύ πιο πλέον τότε τώρα ακόμα ακόμη ήδη μόνο επίσης λοιπόν εις προ ανά ενός μιας έναν τίποτα κανένας κανείς καμία κανένα εναντίον
    ενάντια τίνος τίνων σχετικά περί πόσον`,
  hi: `अगर अपना अपनी अपने अब आदि आप इन इस इसका इसके इसकी इसे उन उनका उनकी उनके उस उसका उसकी उसके उसे एक एवं और क्या क्यों कब कहाँ कहां का कि कितना कितनी कितने किन किया किस किसका किसने किसी की कुछ के कैसे को कोई कौन कौनसा कौनसी गया गई गए जब जहाँ जा जो तक तथा तब तो था
    थी थे द्वारा न ने नहीं पर फिर बाद भी मगर में मैं यदि यह यहाँ या ये रहा रही रहे लिए लेकिन व वह वहाँ वाला वाली वाले वे सकता सकते सभी साथ से हम ही हुआ हुई हुए है हैं हो होता होती होते
    सा सी जाता जाती जाते जाना जाने जाए जाएगा जाएगी गयी गये दिया दी दिए दिये देता देती देते दे दें देना देने कर करता करती करते करना करने करें करके करो कीं कहलाता कहलाती कहलाते
    कहते कहा ले लेता लेती लेते लेना लिया ली लाया लाई लाए आता आती आते आया आई आए आयी आना पाया पाई पाए पाता पाती पाते सके सकें सकी सका चाहिए चाहते चाहता चाहती होना होने होगा होगी
    होंगे हुये हूँ हूं थीं रहता रहती रहते रखा मुझे मेरा मेरी मेरे हमारा हमारी हमारे हमें आपका आपकी आपके आपको तुम तुम्हारा तुम्हें उन्हें उन्होंने इन्हें इन्होंने इसने उसने इसमें
    उसमें इससे उससे जिस जिसका जिसकी जिसके जिसमें जिसे जिससे जिन जिन्हें जिनका जिनमें किसके किसकी किसे किसको किसमें किससे किनका किन्हें कैसा कैसी कहीं कभी कौनसे तरह क्योंकि ताकि
    बल्कि परंतु परन्तु किंतु किन्तु अथवा जैसे जैसा जैसी वैसे ऐसे ऐसा ऐसी बहुत सिर्फ केवल अन्य बीच बारे लगभग अनुसार दौरान सब तुरंत पड़ा पड़ी पड़े पड़ता पड़ती पड़ते बना बनी बने लगा
    लगी लगे लगता लगती लगते चला चली चले कृपया हाँ जी`,
  vi: `ai bao nhiêu bằng bị các cái có của cùng cũng cho chỉ chứ đã đang đâu đây đến để đi điều do đó được gì giữa hay hơn khi không là làm lại lên lúc mà mình một mỗi nào nên này nếu ngày nhiều như nhưng những nó ở phải qua ra rằng rất sao sau sẽ
    ta tại tất cả thế thì theo thì tôi trên trong trước từ và vào vậy vẫn về vì việc với
    sự họ chúng bạn kia ấy hãy đều vừa từng bởi nhờ nhằm tuy dù hoặc còn cứ chưa chẳng thể cuộc chiếc bấy mấy hồi đôi bên`,
  th: `ที่ ใน และ ของ เป็น มี ได้ ให้ ว่า การ จาก ความ กับ ไม่ จะ นี้ คือ โดย ไป หรือ ซึ่ง มา เมื่อ แต่ ก็ ถูก ต่อ อยู่ แล้ว ผู้ ตาม เพื่อ นั้น กัน อะไร ใคร ไหน ที่ไหน เมื่อไร เมื่อใด อย่างไร ทำไม เท่าไร เท่าใด กี่ ใด บ้าง ไร หนึ่ง ขึ้น ด้วย ยัง
    คุณ ผม ฉัน เรา เขา พวกเขา มัน นี่ นั่น โดยที่ ซึ่งกันและกัน ครับ ค่ะ คะ นะ สิ เคย กำลัง ควร ต้อง อาจ เอง เช่น เป็นต้น ทั้ง ทุก แต่ละ เพราะ เนื่องจาก ดังนั้น ถ้า หาก แม้
    แม้ว่า ระหว่าง สำหรับ เกี่ยวกับ อย่าง แบบ ยังไง เมื่อไหร่ เท่าไหร่ ตรงไหน คนไหน อันไหน หรือไม่ หรือเปล่า มั้ย`,
};

const sets = new Map<string, ReadonlySet<string>>(
  Object.entries(lists).map(([language, list]) => [language, new Set(list.split(/\s+/).map((entry) => fold(entry)))]),
);

/** As they are written, for languages in which an accent makes another word: "cho" is "for", "chợ" a market. */
const written = new Map<string, ReadonlySet<string>>([["vi", new Set((lists["vi"] ?? "").split(/\s+/))]]);

const none: ReadonlySet<string> = new Set();

/** Function and question words of the language, folded; empty where no list is known. */
export function functionWords(language: string): ReadonlySet<string> {
  return sets.get(language) ?? none;
}

/**
 * True for a function or question word of the language; false where no list is known. `folded` is the word without accents, `typed` as it came: where
 * accents make other words, one that has any must be the very word.
 */
export function isFunctionWord(folded: string, language: string, typed = folded): boolean {
  if (typed !== folded && written.has(language)) return written.get(language)?.has(typed) === true;
  return functionWords(language).has(folded);
}
