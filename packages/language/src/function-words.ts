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
    zwischen gibt es bitte lautet lauten eure euren eurer eures ihres unsere unserem unseren unserer deinen deiner meinem meinen meiner
    habt hast hätte hätten hättest hättet seid wart wäre wären wärst wärt gewesen würden würdest würdet kannst könnt könnten könntest könntet musst müsst
    müsste müssten darf darfst dürfen dürft dürfte dürften möchte möchten möchtest möchtet magst mögt mögen sollen sollst sollt sollten solltet willst
    wollt wollte wollten eurem`,
  es: `a al algo algún alguna algunas alguno algunos ante antes aquel aquella aquellos así aún aunque bajo bien cada como cómo con contra cual cuál cuales cuáles cuando cuándo cuánta cuántas cuánto cuántos cuya cuyo de
    del desde donde dónde dos durante e el él ella ellas ellos en entre era eran eres es esa esas ese eso esos esta está estaba estado están estar estas este esto estos fue fueron ha había haber han hasta hay la
    las le les lo los más me mi mientras muy nada ni no nos nosotros o os otra otras otro otros para pero poco por porque porqué pues que qué quien quién quienes quiénes se sea ser si sí sido sin sobre son su sus
    también tan tanto te tiene tienen toda todas todo todos tu tú tus un una unas uno unos usted ustedes y ya yo qué puede pueden podéis puedo estáis sois son tenéis tengo vuestra vuestras vuestro vuestros nuestra nuestras nuestro nuestros
    he has hemos habéis haya hayan soy somos estoy estás estamos tenemos tenga tengan mis podemos podría podrían podrías debo debes debe debemos deben
    debería deberían`,
  fr: `à ai ainsi alors as au aucun aussi autre autres aux avait avant avec avez avoir ayant c car ce ceci cela celle celles celui ces cet cette ceux chaque chez comme comment d dans de des depuis donc dont du elle elles
    en encore entre es est et était étaient été être eu fait faire il ils j je l la le les leur leurs lors lorsque lui m ma mais me même mes moi mon n ne ni nos notre nous on ont ou où par parce pas
    pendant peu peut plus pour pourquoi puis qu quand que quel quelle quelles quels qui quoi s sa sans se selon sera ses si son sont sous sur t ta te tes toi ton tous tout toute toutes très tu un une vers voici vos votre vous y combien
    lorsqu puisqu quoiqu jusqu jusque dès afin assez beaucoup plusieurs certains certaines certain certaine tel telle tels telles aucune pu dû étant soit fut furent eut eurent
    serait seraient avons êtes sommes suis celui-ci toujours déjà quoique puisque laquelle lequel lesquels lesquelles duquel auquel desquels
    ça peux peuvent pouvez pouvons pourrais pourrait pourrez pourraient dois doit devez devons doivent devrais devrait faut faudrait veux veut voulez
    veulent voudrais voudrait vais vas va vont allez fais faites font aurait aurais auriez seriez serons aurons`,
  it: `a ad agli ai al alla alle allo anche ancora avere aveva c che chi ci come con contro cosa cui d da dagli dai dal dalla dalle dallo degli dei del della delle dello di dove e è ed era erano essere fa fra fu già gli ha
    hai hanno ho i il in io l la le lei li lo loro lui ma me mi mia mio ne negli nei nel nella nelle nello no noi non nostra nostre nostri nostro o per perché più può qual quale quali quando quanta quante quanti quanto quella quelle quelli quello
    questa queste questi questo se sei si sia siamo sono sta stata stati stato su sua sue sugli sui sul sulla suo suoi te ti tra tu tua tuo tutti tutto un una uno vi voi vostra vostre vostri vostro
    siete eravate avete abbiamo avevo avrei avrebbe sarei sarebbe saremo sarete saranno posso puoi possiamo potete possono possa potrei potrebbe
    potrebbero devo devi deve dobbiamo dovete devono dovrei dovrebbe vorrei vorrebbe vuole vogliamo voglio stiamo state sto stai`,
  pt: `a à ao aos aquela aquele aquilo as às até com como da das de dela dele deles depois do dos e é ela elas ele eles em entre era eram essa esse esta está estão este eu foi foram há isso isto já lhe mais mas me mesmo meu
    minha muito na nas não nem no nos nós o onde os ou para pela pelas pelo pelos pode por porque porquê qual quais quando quanta quantas quanto quantos que quê quem se sem ser seu seus só sobre sua suas também te tem têm tinha toda todas todo
    todos tu tua um uma você vocês
    são somos sou sois estou estás estamos estar estarão temos tenho tens tenha tenham posso podes podemos poderia poderiam devo deves deve devemos devem
    deveria vou vais vai vamos vão vosso vossa vossos vossas nosso nossa nossos nossas`,
  nl: `aan al alles als altijd andere ben bij daar dan dat de der deze die dit doch doen door dus een en er ge geen haar had heb hebben heeft hem het hier hij hoe hoeveel hun iemand iets ik in is ja je jij jouw jullie kan kon kunnen maar me
    meer men met mij mijn moet na naar niet niets nog nu of om omdat onder ons ook op over reeds te tegen toch toen tot u uit uw van veel voor waar waarom wanneer want waren was wat welke wel werd wezen wie wij wil worden wordt zal ze zelf zich zij zijn zo
    zonder zou
    bent hebt hadden onze kunt konden mag mogen mocht moeten moest moesten zouden wilt willen wilde wilden zullen zult`,
  ru: `а без более больше будет будто бы был была были было быть в вам вас весь во вот все всего всех вы где да даже для до его ее её если есть еще ещё же за зачем здесь и из или им их к как какая какие каким каких какого какое какой каком какую когда кто куда ли
    лучше между меня мне много может можно мой моя мы на над надо наш не него нее ней нет ни них но ну о об один он она они оно от откуда перед по под после потом потому почему при про с сам сейчас себе себя со сколько так также такой там тебя тем теперь
    то того тоже только том тот ту ты у уж чего чей чем через что чтобы чье чьё эта эти это этого этой этом этот эту я является
    могу можешь можем можете могут мог могла могли нужно нужен нужна нужны буду будешь будем будете будут`,
  ar: `في من على إلى الى عن مع هو هي هم هن أن ان إن كان كانت كانوا يكون تكون ما ماذا متى أين اين كيف كم لماذا لم لن لا هل أي اي أية التي الذي الذين اللذان هذا هذه ذلك تلك هناك هنا كل بعض غير بين قد لقد ثم أو او أم و ف ب ل ك
    عند عندما حتى إذا اذا لو منذ قبل بعد حول خلال دون ضد أيضا ايضا كما نحن أنا انا أنت انت له لها لهم به بها فيه فيها منه منها عليه عليها إليه إليها من هو يتم تم وقد وهو وهي ولم ولا
    انه انها بانه لانه لانها انهم هؤلاء اولئك حيث حين حينما بينما لدى لدي لديه لديها لديهم عنه عنها عنهم منهم اليه اليهم عليهم فيهم بهم معه معها معهم جدا فقط مثل مثلا نحو تحت فوق
    امام وراء اثناء ضمن عبر وفق وفقا حسب بدون سوى الا اما كذلك لذلك بذلك ذاك هنالك اللتان اللذين اللاتي اللواتي البعض كانا ليس ليست ليسوا لست تكن يكن كنت كنا سوف قام قامت تمت تتم
    يمكن يمكنني يجب ينبغي الان نفس نفسه نفسها كلا كلتا جميع ايهما مما ممن عما عمن لكن بل اذ مذ مهما انما فيما ذات ذو عنده عندي لنا لكم لي لك بي بك بنا`,
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
  pl: `a aby ale albo ani aż bardzo bez bo by był była było były być będą będzie będę ci cię co coś czego czemu czy czyj czyja czyje czym dla dlaczego do dokąd gdy gdyż gdzie go i ich
    ile ilu im innych inny inne innego iż ja jak jaka jaki jakie jakiego jakiej jakich jakim jakimi jaką jako je jeden jedna jedno jego jej jest jestem jesteś jeśli jeżeli już
    każdy każda każde kiedy kim kogo komu kto która które którego której których którą którym którymi który którzy lub ma mają mam masz mi między może mogą można mój moja moje mnie
    mną na nad nam nami nas nasz nasza nasze nic nich nie niego niej nim nimi niż o od oni one ona ono on oraz po pod podczas ponieważ poza proszę przed przez przy sam są się skąd
    swoje swój swoją ta tak taka taki takie tam te tego tej temu ten też to tobie tu twój twoja tych tylko tym u w was wasz we więc wszystko wszystkie wy z za ze został została
    zostało zostały że żeby`,
  cs: `a aby ale ani ano asi až bez bude budou byl byla bylo byli byly být co což čeho čem čemu čí či do ho i jak jaká jaké jakého jakém jakou jaký jakým jako je jeho jej její jejich
    jen ještě ji jím jí jich jsem jsi jsme jsou jste již já k kam kde kdo kdy když kolik ke která které kterého kterém kterému kterou který kterých kterým kterými kteří ku má mají
    mám máte mě mi mezi mne mnou můj moje může mohou můžu můžete musí na nad nám náš naše nás ne nebo nebyl nebyla než ní nich nim není nic o od odkud on ona oni ono po pod podle
    pokud pro proč proto protože před přes při s se si sice své svůj svou ta tak také takže tam tato te tedy ten tento této tím tímto to tohle toho tom tomto tomu totiž tu tuto
    tvůj ty tyto u už v váš vaše vás ve více vy z za zda ze že prosím`,
  sk: `a aby aj ak aká aké akého akej aký akým ako ale alebo ani áno až bez bol bola boli bolo bude budú by byť cez čí či čo čoho čom čomu do ho i ich im ja je jeho jej k kam každý
    kde kedy keď kto ktorá ktoré ktorého ktorej ktorú ktorý ktorých ktorým ktorí koľko ku lebo len ma má majú mám máte medzi mi mňa mne môj moja moje môže môžu možno musí my na nad
    nám náš naše nás ne nebo než nie nich nim o od odkiaľ on ona oni ono po pod podľa pre prečo pred pretože pri prosím s sa si so som ste sú svoj svoje ta tá tak takže tam te ten
    tento tie to toho tom tomu tú tu túto ty u už v váš vaše vás vo vy z za ze že`,
  uk: `а або але б без би бо був була були було бути в вам вас ваш ваша весь вже ви від він вона вони воно все всі всіх всього го де для до є ж за з зі і із інші інший її їй їм їх
    його й йому кого кому коли котрий ким кілька куди лише ли між мене мені ми мій моя моє можна може можуть на над нам нас наш наша не неї немає ним ними них ні ній о один одна
    одне по при про під після перед потрібно сам своє свій свої своїх себе скільки та так також там те тебе тим ти то тоді того той тому ту тут у хто хоча це цей цих цього ця ці чи
    чий чого чому чим через що щоб щодо як яка яке який яким яких якого якої якому якою якщо які звідки будь ласка`,
  bg: `а ако ала без беше би бил била били било в вас ваш ваша вече ви все всеки всички всичко във г го да дали до докато един една едно едни е за защо защото и из или им има имат й
    каква какви какво какъв как като кога кого когото което които която който къде към ли между ме мен ми мога може можете моя моят му на над най нас наш не него нея ни никой нито
    но няма о обаче около освен от откъде по под поради после при през пред с са само се себе си след сме според сте съм със съ също така тази такъв там те тебе тези ти това тогава
    този той том тук тя у често че чия чие чий чрез ще я`,
  hr: `a ako ali bez bi bila bili bilo bio biti bude budu čega čemu čija čije čiji čime da do dok duž ga gdje hoće i iako ih ili im iz između ja je jedan jedna jedno jer jesam jesi
    jesu jest još ju k kad kada kako kakav kakva kakvo kamo kao kod koga koja koje kojem koji kojih kojim kojoj kojom koju koliko kome kroz li me mene meni mi moj moja moje može
    mogu mu na nad nam nas naš naša naše ne neka neki nego nema neće ni nije nisu njega njegov njegova njih njihov njim njoj o od odakle on ona oni ono ovaj ova ove ovo po pod
    pored pri prije preko prema radi s sa sam samo se sebe si smo ste su sve svi svoj svoja svoje svog svojih što šta ta tada taj tako također te tebe ti to toga toj tom tu tvoj u
    uz već vam vas vaš vi vrlo za zašto zbog će ću`,
  sv: `alla allt andra att av blev bli blir blivit båda bara de dem den denna deras dess dessa det detta dig din dina ditt där då efter eftersom ej eller en er era ert ett finns från
    för före ha hade han hans har hennes henne hon honom hur hurdan i icke in inga ingen inget innan inom inte jag ju kan kunde kunna man med mellan men mer mig min mina mitt mot
    mycket många måste ni nu någon något några när nästa och också om oss på sedan sig sin sina sitt ska skall skulle som så sådan sådana till under upp ur ut utan vad var vara
    varför varifrån varit varje vars vart vem vems vi vid vilka vilken vilket vill än är åt över genom samt`,
  da: `ad af alle alt anden andet andre at bare begge blev blive bliver da de dem den denne der deres det dette dig din dine disse dit dog du efter eller en end er et ej fandtes
    findes for fordi fra før få gennem ham han hans har have havde hende hendes her hos hun hvad hvem hver hvilke hvilken hvilket hvis hvor hvordan hvorfor hvorfra hvornår hvorhen
    i ikke imod ind ingen intet ja jeg jer jeres kan kunne man mange med meget mellem men mere mig min mine mit mod må ned nej noget nogen nogle nu når og også om op os over på sig
    sin sine sit skal skulle som så sådan thi til ud uden under var ved vi vil ville vor vores være været`,
  no: `alle alt andre annen annet at av bare begge ble blei bli blir blitt da de deg dei dem den denne der dere deres det dette di din dine disse ditt du då eg ein eit eller en enn er
    et ett etter for fordi fra før gjennom ha hadde han hans har hennes henne her hos hun hva hvem hver hvilke hvilken hvilket hvis hvor hvordan hvorfor hvorfra i ikke ikkje imot
    ingen inn ja jeg kan korleis kunne kva kven man mange med meg meget mellom men mer min mine mitt mot mye må ned nei no noe noen nå når og også om opp oss over på seg selv si
    sin sine sitt skal skulle slik som så til ut uten under var ved vi vil ville vår våre være vært`,
  fi: `ei eikä eivät eli en ennen entä että ette ehkä hän hänelle hänen hänet he heidän heille heitä ilman itse ja jo joiden joissa joita joka jokin joko jolla jolle jonka jos joskus
    jossa josta jota jotka jotta kaikki kanssa kautta keiden keitä kenelle kenen kenet ketkä kuin kuinka kuka kukin kun kuten me meidän meille meitä mihin mikä mikäli mikään miksi
    millainen millaisia millaisen milloin minkä minkälainen minne minun minä minulla minulle missä mistä mitkä mitä miten moni monta monesko mukaan muu muut muita mutta myös ne
    niiden niin niissä niitä nyt nämä näitä ole olen olet oli olivat olla ollut on onko ovat paljonko noin poikki sama se sekä sen siellä siihen siinä siitä sillä sinä sinun sitä
    sitten taas tai te teidän teille teitä tuo tuon tuota tällä tämä tämän tässä tästä tätä vaan vai vaikka vain voi voiko voin voivat vuoksi yli kohti jälkeen välillä joten koska
    olisi`,
  hu: `a abban abból ahhoz ahol aki akik akkor ami amelyek amely amelyet amelyik amikor amit amíg annak arra arról attól az azok azon azonban azt azért be bár de e egy egyik egyéb el
    ellen ez ezek ezen ezt ezért ha hogy hogyan hol honnan hová hozzá hány hányan hányadik ide igen ill is itt ki kik kit kinek kivel kitől köz között közül le legyen lehet lesz
    lett ma maga majd meg mely melyek melyik melyiket mennyi mennyibe mert mi mik mikor milyen mindegyik minden mint mit miért mivel miből mibe nagyon ne neki nekem nem nincs én ő
    ők őt ön önök össze így úgy olyan ott pedig rá s saját se sem semmi során szerint szinte számára te tehát tól től tud több továbbá új után utána vagy vagyok van vannak vajon
    valami való vissza volna volt voltak által át és alatt kell kérem`,
  id: `ada adalah agar akan aku anda antara apa apakah atas atau bagaimana bagi bahwa beberapa berapa bila bisa boleh bukan dalam dan dapat dari darimana daripada dengan di dia dimana
    hanya harus hingga ia ini itu jika juga kah kalau kami kamu kapan kapankah karena kata ke kemana kenapa kepada kita lagi lalu maka manakah mana masih melalui mengapa menjadi
    mereka merupakan nya oleh pada para pernah pun saat saja sampai sangat saya sebagai sebuah secara sedang sehingga sejak selama seluruh seorang seperti serta setelah setiap
    siapa siapakah suatu sudah supaya tapi telah tentang terhadap tersebut tetapi tidak untuk yaitu yakni yang`,
  he: `אבל או אותה אותו אותם אז אחרי איזה איזו אילו אין איך איפה אי אל אלה אלו אם אנחנו אני את אתה אתם ב בגלל בו בה בהם בין בלי בתוך גם ה הוא היא היה היו היתה הייתה הם הן זאת זה זו ו
    יש כ כי כאשר כיצד כל כמה כמו כן ל לא לו לה להם לי לך למה למי לנו לפי לפני לאן מ מאין מאז מאחר מדוע מה מהו מהי מהם מי מידי מתי מן נגד עד עוד על עליו עליה עם עבור רק ש שבו שבה של
    שלה שלו שלהם שלי שלך שם תחת תוך אחר היכן ניתן`,
  fa: `از است اش اگر اما ان آن آنها آنکه ای این اینکه با باشد باشند باید بر برای بود بودند بوده به بی بین تا تر توسط جز چرا چگونه چطور چقدر چند چه چی چیست چیزی کجا کجاست کدام کدامیک
    که کی کیست کسی کنند کند کرد کرده کردند را روی سپس شد شده شدند شود شوند طی علیه من ما می میشود میکند مورد نیز نه نیست هر هم همه همین همان هست هستند و وی یا یک یکی تو شما او
    ایشان خود در دیگر دارد دارند داشت داشتند پس پیش بعد قبل هنگام هنگامی چنین چنان بسیار خیلی`,
  ca: `a al als algun alguna alguns algunes aquell aquella aquells aquelles aquest aquesta aquests aquestes això allò amb ara així bé cada com cap contra d de del dels des després
    dins dos durant e el ell ella elles ells els em en entre era eren eres és et fa fins ha han havia havien he hi ho i jo l la les li lo los m més molt molta molts moltes meu meva
    n na ni no nos nosaltres o on per perquè però poc pot poden qual quals quan quant quanta quants quantes què que qui s sa se sense ser serà seu seva seus seves si sí sobre son
    són sota sou sóc t també tan tant te teu teva tot tota tots totes tu un una unes uns us va van vaig vosaltres`,
  // Pairs of characters, as Korean is divided: question words, particles and endings.
  ko: `어디 디서 디에 디인 무엇 엇이 엇을 엇인 누구 누가 구인 구였 구의 언제 어떻 떻게 얼마 마나 마예 예요 인가 는가 나요 가요 까요 니까 습니 입니 니다 하나 하는 하고 하여 하며 하면 하기 하지 한다 했다 했는 했나 했을 되는 되었 었나 었는 었다 였나 였는 였다 이다 있는 있나 있다 있습 없는 에서 에게 에는
    에도 에의 으로 로서 로써 까지 부터 보다 처럼 만큼 들은 들이 들의 들을 들에 것은 것을 것이 것인 그것 이것 저것 무슨 어느 어떤 어떠 왜 때문 문에 대한 대해 위한 위해 의해 통해 따라 및 등 수 것 더 몇 는 은 이 가 을 를 의 에 도 만 와 과 로 그 저 그리 리고 그러 러나 지만 또는 또한 은가 던가
    한가 나는 나다 해요 돼요 되나 될까 할까 세요 주세 알려 려줘`,
};

const sets = new Map<string, ReadonlySet<string>>(
  Object.entries(lists).map(([language, list]) => [language, new Set(list.split(/\s+/).map(bare))]),
);

/** Conjunctions and prepositions of one letter, which are written as a part of the word behind them. */
const prefixes: Readonly<Record<string, string>> = { ar: "وفبلك", he: "ובלשכמה" };

/** A folded word as the lists have it: Arabic also without vowel marks, and with one letter for those that many writers do not tell apart. */
function bare(word: string): string {
  const folded = fold(word);
  if (!/\p{Script=Arabic}/u.test(folded)) return folded;
  return folded
    .replace(/[\p{M}ـ]/gu, "")
    .replace(/[أإآٱ]/g, "ا")
    .replaceAll("ى", "ي")
    .replaceAll("ة", "ه");
}

/** As they are written, for languages in which an accent makes another word: "cho" is "for", "chợ" a market. */
const written = new Map<string, ReadonlySet<string>>([["vi", new Set((lists["vi"] ?? "").split(/\s+/))]]);

const none: ReadonlySet<string> = new Set();

/** Languages that are told apart by little, in short questions often wrongly, and whose function words are mostly the same. */
const closeTo: Readonly<Record<string, string>> = { ms: "id", nb: "no", nn: "no", bs: "hr", gl: "pt" };

/** Function and question words of the language, folded; empty where no list is known. */
export function functionWords(language: string): ReadonlySet<string> {
  return sets.get(language) ?? sets.get(closeTo[language] ?? "") ?? none;
}

/**
 * True for a function or question word of the language; false where no list is known. `folded` is the word without accents, `typed` as it came: where
 * accents make other words, one that has any must be the very word.
 */
export function isFunctionWord(folded: string, language: string, typed = folded): boolean {
  if (typed !== folded && written.has(language)) return written.get(language)?.has(typed) === true;
  const known = functionWords(language);
  const word = bare(folded);
  return known.has(word) || (prefixes[language]?.includes(word.charAt(0)) === true && word.length > 2 && known.has(word.slice(1)));
}
