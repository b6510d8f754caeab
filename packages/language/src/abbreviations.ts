/** Abbreviations that end with a dot and go on, in lower case, without the last dot: those of any language first, then those of one. */
const lists: Readonly<Record<string, string>> = {
  "": `mr mrs ms dr prof st sr jr vs etc inc ltd co corp approx dept gov lt col sgt capt rev hon
    e.g i.e cf al ca bzw z.b d.h u.a usw str hrsg jh sog evtl ggf inkl zzgl sra srta ud uds ej pág av dto p.ej m mme mlle г гг т.е т.д т.п др им ул
    tel tél telef teléf tlf fax mob ext incl excl bldg ave blvd apt тел факс
    jan feb apr jun jul aug sep sept oct nov dec`,
  en: "gen",
  de: `abb abt allg anm aufl ausg bes bspw chr dipl-ing dipl eigtl einschl entspr etw fa fam fr geb gegr gest gebr ggü hl hr i.d.r i.v ing inh jgdl jhd lfd lt mind mio mrd mtl n.chr nördl o.ä
    o.g östl s.o s.u schwz sogen städt std stellv südl tsd u.u ugs urspr v.a v.chr vgl westl z.t z.zt zt ziff zw`,
  fr: "adr anc av.j boul c.-à-d chap dir éd édit env ex hab janv févr juil p.ex réf univ",
  it: "a.c arch avv cfr civ d.c dott dott.ssa ecc es geom ing p.es p.za p.zza pagg prof.ssa prov rag rif sig sig.na sig.ra sigg ss tav univ v.le",
  es: "a.c aprox avda cía d.c depto dña dpto dra dras drs esp excmo gral hnos izq ing lic pza s.a sres srs sta sto teléf tfno vda",
  pt: "a.c apto aprox avda d.c dep dra dras drs eng exma exmo ex ilma ilmo lda ltda p.ex pç profa sras srs sto sta",
  nl: "a.u.b bijv c.q d.d d.m.v d.w.z dhr drs enz i.p.v i.v.m ing ir m.b.t m.i.v m.u.v mevr mw n.a.v o.a o.b.v o.l.v t.a.v t.n.v t.o.v w.o",
  sv: "bl.a d.v.s dvs f.d f.n f.kr e.kr f.ö inkl jfr kl m.a.o m.fl m.m mfl osv resp s.k t.ex t.o.m tfn",
  da: "bl.a dvs e.kr eks f.eks f.kr hhv inkl jf kl m.fl m.m mht mio mia osv pga skt",
  no: "bl.a dvs e.kr f.eks f.kr hhv iht inkl jf kl m.fl m.m mht mill osv pga skt",
  fi: "e.kr esim huom j.kr jkr jne klo mrd milj ns puh synt tms ts vrt yht ym yms",
  pl: "al dr godz hab im inż itd itp jw lek lic m.in mec mgr min mld mln n.e np nt ok os p.n.e płk por prof przyp św tab tj tys tzn tzw ul ur woj wyd zob",
  cs: "apod atd atp cca č čj doc hod ing mgr mil mld mudr např nar nám n.l odst př.n.l phdr pozn resp roč s.r.o stol sv tis tj tř tzn tzv ul vč zejm",
  hu: "br cca fszt ifj ill kb kft krt ld mkb okl özv stb szt ún vö",
  ro: "acad alin aprox bd bl bul d-l d-na dl dlui dna dnei d.hr dvs et etc ing î.hr î.e.n jud lect lit mld nr prof ș.a sf șos univ urm",
  tr: "alb apt bkz bnb bşk bul cad çev doç ecz gn haz hz krş m.ö m.s mah müh öğr örn p.k prof sav sn sok ş.ti şti tic tlf uzm v.b v.d vb vd yrd yy yüz.yıl",
  ru: `акад англ бул вв гос гр до.н.э доп ед изд илл инж ком корп куб лат макс млн млрд н.э напр нем обл оз окр осн п.н.э пер пос пр прим проф р-н руб св сев соавт сокр соч ср тыс
    тж тов уч.степ франц ч чел шт эт юж янв февр авг сент окт нояб дек`,
  uk: "акад бул вул гр грн ім корп млн млрд напр н.е обл оз пл пр проф р руб св тис т.зв",
  el: "αγ αρ βλ γεν δηλ δις δολ δρ εκ εκατ εκδ ημ κ κα κεφ κιλ κ.α κ.ά κ.λπ κ.λ.π κ.ο.κ κκ λ.χ λεωφ μ.μ μ.χ μτφ ό.π π.μ π.χ πβ πρβ σ.σ τηλ υπ χιλ χλμ",
  hi: `डॉ प्रो श्री श्रीमती सुश्री पं स्व सं क्र रु ई ई.पू कि.मी कि.ग्रा मि.मी से.मी मो ए बी सी डी एफ जी एच आई जे एल एम एन ओ पी क्यू आर एस टी यू वी डब्ल्यू एक्स वाई`,
  vi: "bs gs kts ks pgs pgs.ts ths tp ts",
};

/** Words or abbreviations of what is counted, which go on only where a number follows: "Art. 5", but "She loves art." */
const counted = new Set(
  `abs art bd blz cap cf ch chap est fig figs gl kap mar max min n n° no nos nr núm p pag pp s sec seite ss str t tab u v vol § г гл д кв кн п пп рис с ст стр т табл αρ αρθ σελ č čl obr odst pkt poz rys rozdz
   st strona ust sayfa md bl sn c num nº`.split(/\s+/),
);

const sets = new Map(Object.entries(lists).map(([language, list]) => [language, new Set(list.split(/\s+/))]));

/**
 * True for a word before a dot that seldom ends a sentence of the language (ISO 639-1, empty if unknown). `word` is in lower case and without the
 * dot, `next` what stands behind it.
 */
export function isAbbreviation(word: string, language: string, next: string): boolean {
  if (sets.get("")?.has(word) === true || sets.get(language)?.has(word) === true) return true;
  return counted.has(word) && /^\s*(?:\p{N}|[IVXLC]+(?!\p{L}))/u.test(next);
}
