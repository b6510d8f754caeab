/**
 * Why a page of this title and text holds nothing of its own although its server says that all is well; undefined for a page that may. A page
 * is told by what its title or heading says as a whole, and only if it says hardly anything else: one that tells of such pages says more.
 */
export function hollowness({ title, text, isScripted, asksPassword }: Hollow): string | undefined {
  if (text.length > longest) return undefined;
  const lines = text.split("\n").map((line) => line.replace(/^[#\s|-]+/, "").trim());
  const headings = text.split("\n").filter((line) => /^#{1,6} /.test(line));
  const heads = [title, ...headings.map((line) => line.replace(/^#+ /, ""))].flatMap((line) => [
    line,
    ...line.split(/\s+[-–—|·:»]\s+/),
  ]);
  const body = lines.filter((line) => line !== "" && !headings.some((heading) => heading.endsWith(line)) && line !== title);
  const size = body.join(" ").length;
  const isShort = body.length <= mostLines;
  if (isShort && heads.some((head) => notFound.test(plain(head))) && (size < 40 || body.some((line) => saysSo.test(line))))
    return "The site says that there is no such page, though it answers as if there were";
  if (asksPassword && size < mostOfSignIn && heads.some((head) => signIn.test(plain(head))))
    return "The site wants a sign-in before it shows the page; give it the cookies of somebody who has signed in, with the option Cookies";
  if (isScripted && isShort && heads.some((head) => checking.test(plain(head))) && body.some((line) => wantsBrowser.test(line)))
    return "The site wants to see a browser before it shows the page, so that it cannot be read";
  if (isScripted && body.length > 0 && body.length <= 2 && size < 250 && body.every((line) => wantsScript.test(line)))
    return "The page shows its text by scripts in the browser, which cannot be read";
  return undefined;
}

interface Hollow {
  title: string;
  text: string;
  isScripted: boolean;
  /** There is a field for a password. */
  asksPassword: boolean;
}

const longest = 700;
/** Names of fields, and what to do when the password is forgotten. */
const mostOfSignIn = 400;
/** Of the text, without headings: an excuse, and links to go on by. */
const mostLines = 8;

function plain(head: string): string {
  return head
    .toLowerCase()
    .replaceAll(/[’`]/g, "'")
    .replaceAll(/[\s.!:;,?…。！-]+/gu, " ")
    .trim();
}

const number = "(?:(?:error|http|fehler|erreur|errore|erro|ошибка|błąd) )?(?:404|410)(?: error| fehler)?";
const statement = [
  "(?:(?:sorry|oops|whoops|uh oh) )?(?:(?:the |this |your |that )?(?:requested )?(?:page|url|file|document) (?:you (?:requested|were looking for) )?)?(?:(?:was |is |could )?not (?:be )?|(?:cannot|can't|couldn't) be )found",
  "(?:this |the )?page (?:does not|doesn't) exist|(?:this |the )?page isn't available",
  "(?:diese |die )?(?:seite|datei) (?:wurde |konnte )?(?:leider )?nicht (?:gefunden(?: werden)?|vorhanden)|(?:diese |die )?seite existiert nicht",
  "page (?:non trouvée|introuvable)|(?:la )?página no encontrada|pagina non trovata|página não encontrada|pagina niet gevonden|(?:nie znaleziono strony|strona nie (?:została )?znaleziona)",
  "страница не найдена|сторінку не знайдено|sayfa bulunamadı|siden (?:blev )?ikke (?:fundet|funnet)|sidan (?:kunde inte hittas|hittades inte)|stránka nenalezena|η σελίδα δεν βρέθηκε|الصفحة غير موجودة",
  "(?:お探しの)?ページ(?:が|は)見つかりません(?:でした)?|(?:您访问的|您要找的)?页面(?:不存在|未找到|找不到)|找不到(?:该)?(?:页面|網頁|頁面)|페이지를 찾을 수 없습니다",
].join("|");
const notFound = new RegExp(`^(?:${number}|(?:${number} )?(?:${statement}))$`, "u");

/** A sentence of excuse. */
const saysSo =
  /\b(?:not|n't|nicht|pas|non?|não|nie|niet|inte|ikke)\b.*\b(?:find|found|exist|available|gefunden|vorhanden|existiert|trouvée?|existe|encontr\w+|trovat\w+|znaleziono|gevonden|finns|fundet|funnet)\b|\bno longer (?:exists|available)|\b(?:moved|removed|deleted|renamed)\b|не (?:найдена|существует)|見つかりません|不存在|找不到|찾을 수 없/iu;

const signIn =
  /^(?:(?:please )?(?:sign|log) ?[io]n\b|login\b|anmeld\w*|einloggen|(?:se )?connexion|connectez vous|identifiez vous|iniciar sesión|inicia sesión|accedi\b|accesso|inloggen|aanmelden|entrar\b|zaloguj|logowanie|logga in|log ind|logg inn|přihlášení|giriş yap|oturum aç|вход|войти|авторизация|登录|登入|ログイン|로그인|تسجيل الدخول)/u;
const checking =
  /^(?:just a moment|attention required|one more step|verif\w+ you are (?:a )?human|are you (?:a )?(?:human|robot)|access denied|checking your browser(?: before accessing)?)/;
const wantsBrowser =
  /\benable (?:javascript|cookies)|checking your browser|you are (?:a )?human|security (?:check|of your connection)|captcha/i;
const wantsScript =
  /\b(?:enable|turn on|activate|requires?|needs?|without|support) java ?script\b|\bjava ?script\b.{0,40}\b(?:required|disabled|enabled|enable|needed|aktivier\w*|activ\w+|erforderlich|deaktiviert|включ\w*)|aktivieren sie (?:bitte )?java ?script|\bactive[zr]? java ?script|habilit\w+ java ?script|включите java ?script|^loading\W*$/iu;
