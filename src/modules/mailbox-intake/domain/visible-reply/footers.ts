import { isRule } from './separators.js';
import { nextFilled, type Line } from './text-lines.js';
import type { Finding } from './text-span.js';

const MAX_FOOTER_LINE = 200;
const MAX_BANNER_LINE = 400;

/** What telephones and mail programs append, as whole lines. `THING` is a few words, no sentence. */
const THING = String.raw`[^.!?,;:\n]{1,60}`;
/** `[text](link)`, `text<link>` and `textlink`: what remains is the text. */
const LINKED = /\[([^\]]{1,40})\]\(https?:[^)\s]{0,150}\)?/g;
const LINK = /[<(]?\s?https?:[^\s>)]{0,180}[>)]?/g;
const EXCUSE =
  /[.,;!]?\s+(?:please |pls )?(?:excuse|pardon|forgive|desculpe|perdoe|sorry|verzeih)\b.{0,80}$/i;
const DEVICE = String.raw`(?:iphone|ipad|ipod|android|galaxy|samsung|xiaomi|redmi|motorola|moto|huawei|nokia|blackberry|lg|htc|asus|realme|poco|smartphone|cell|celular|telemóvel|telefone|mobile|phone|tablet|windows|outlook|hotmail|yahoo|gmail|uol|bol|terra|mail|e-?mail|mailbox|spark|airmail|k-9|protonmail|proton|aqua|zoho|bluemail|typeapp|mymail|edison|thunderbird|apple|mac|imac|macbook|aplicativo|app)`;

const SENT_FROM: readonly RegExp[] = [
  // Portuguese
  String.raw`(?:mensagem |e-?mail )?envia(?:do|da|dos) (?:d[oea]s? |pel[oa] |via |a partir d[oea] |através d[oea] |com |usando )(?:meu |minha |um |uma |o |a )?${THING}`,
  String.raw`(?:obter|obtenha|baixe|baixar) (?:o )?\[?outlook (?:para|for) ${THING}`,
  // English
  String.raw`sent (?:from|via|with|using|by) (?:my |a |an |the )?(?:${THING} )?${DEVICE}\b(?:${THING})?`,
  String.raw`sent from my [^\s.,;:!?]+(?: [^\s.,;:!?]+){0,4}`,
  String.raw`get \[?outlook for ${THING}`,
  String.raw`from my [^\s.,;:!?]+(?: [^\s.,;:!?]+){0,2}`,
  String.raw`(?:\S{1,20} )?(?:via|from) (?:my )?mobile`,
  // Spanish, French, Italian, Catalan
  String.raw`enviad[oa] (?:desde|con|por) (?:mi |el |un )?${THING}`,
  String.raw`(?:obtener|descargar) \[?outlook para ${THING}`,
  String.raw`envoyé (?:depuis|de|avec|à partir d[e']|par|via) ?(?:mon |ma |un |une )?${THING}`,
  String.raw`(?:obtenir|télécharger) \[?outlook pour ${THING}`,
  String.raw`inviat[oa] (?:da|dal|con|tramite) (?:mio |il mio )?${THING}`,
  String.raw`(?:ottieni|scarica) \[?outlook per ${THING}`,
  // German, Dutch, Scandinavian, Finnish
  String.raw`(?:von|aus) meine[mr] .{1,60} gesendet`,
  String.raw`(?:diese nachricht wurde |diese e-?mail wurde )?(?:gesendet|versandt|geschickt|verschickt) (?:von|mit|über|aus) ${THING}`,
  String.raw`diese (?:nachricht|e-?mail|mail) wurde (?:von|mit) .{1,60} gesendet`,
  String.raw`(?:holen sie sich|hol dir|laden sie) \[?outlook für ${THING}`,
  String.raw`(?:verzonden|verstuurd|verstuurt) (?:vanaf|vanuit|met|via|van) (?:mijn |een )?${THING}`,
  String.raw`(?:download|haal) \[?outlook voor ${THING}`,
  String.raw`(?:skickat|skickades) (?:från|med|via) (?:min |mitt )?${THING}`,
  String.raw`sendt (?:fra|med|via|på) (?:min |mit |mitt )?${THING}`,
  String.raw`(?:hent|hämta|skaffa|få) \[?outlook (?:for|för|til) ${THING}`,
  String.raw`lähetetty ${THING}`,
  String.raw`(?:hanki) \[?outlook ${THING}`,
  // Slavic, Hungarian, Romanian, Turkish, Greek
  String.raw`(?:wysłano|wysłane) (?:z|ze|przy użyciu) ${THING}`,
  String.raw`pobierz \[?(?:aplikację )?outlook dla ${THING}`,
  String.raw`(?:odesláno|odoslané|poslané|posláno) (?:z|ze|zo) (?:mého |môjho )?${THING}`,
  String.raw`(?:отправлено|послано) (?:с|из|от|через) (?:моего )?${THING}`,
  String.raw`(?:надіслано|відправлено) (?:з|із|від) (?:мого )?${THING}`,
  String.raw`poslano (?:s|sa|iz|z) (?:mog |mojega )?${THING}`,
  String.raw`(?:elküldve )?az? .{1,40}(?:ról|ről|ból|ből) küldve`,
  String.raw`trimis (?:de pe|de la|din) ${THING}`,
  String.raw`.{1,40}(?:'?[dt][ea]n|'?mdan) gönderildi`,
  String.raw`στάλθηκε από ${THING}`,
  // Chinese, Japanese, Korean, Hebrew, Arabic
  String.raw`(?:發自|发自|從|从|寄自|通過|通过)\s?(?:我的)?.{1,30}?(?:傳送|发送|發送|寄出)?`,
  String.raw`.{1,20}から送信`,
  String.raw`(?:나의 |내 )?.{1,20}에서 (?:보냄|전송됨|보낸 메일)`,
  String.raw`(?:נשלח מ|مرسل من|أرسلت من).{1,40}`,
  String.raw`sent by .{1,30}`,
].map((body) => new RegExp(`^(?:${body})\\s?[.!]?$`, 'iu'));

const NAMES_DEVICE = new RegExp(`\\b${DEVICE}`, 'iu');
/** First words of the lines above: the cheap question. */
const BEGINS =
  /^[<(*_[\s]{0,4}(?:mensagem|e-?mail|envia|envoy|obte|obti|baix|sent|get|from|via|descargar|télécharger|inviat|ottieni|scarica|von|aus|diese|gesendet|versandt|geschickt|verschickt|holen|hol|laden|verzonden|verstuur|download|haal|skick|sendt|hent|hämta|skaffa|få|lähet|hanki|wysłan|pobierz|odesl|odosl|posl|отправ|посла|надісл|відправ|elk|az?\s|trimis|στάλ|發|发|從|从|寄|通|나의|내|נשלח|مرسل|أرسلت)/iu;
/** Last words, where the language puts the verb there. */
const ENDS = /(?:mobile|gönderildi|送信|보냄|전송됨|메일|küldve)[)>.\s]{0,3}$/iu;
const MAX_ENDING_LINE = 60;
/** Not a telephone: places and people that a sentence names. */
const SENTENCE =
  /\b(?:is|are|was|were|will|to|app|desk|não|nao|para (?:o|a|os|as|que)|pelo cliente|ontem|hoje|amanhã|ayer|hoy)\b/i;
const WRAPPED = /^[<(*_[\s]+|[>)*_\]\s]+$/g;

/** Antivirus and printing lines. */
const APPENDED =
  /^(?:\[(?:quoted text hidden|texto das mensagens anteriores oculto)\]|virus-?free|livre de v[ií]rus|n[ãa]o cont[ée]m v[ií]rus|libre de virus|garanti sans virus|virenfrei)\b.{0,100}$|^(?:antes de imprimir|before printing|pense no meio ambiente|please consider the environment|considere o meio ambiente|avant d'imprimer|antes de imprimir este)\b.{0,200}$/i;
const APPENDED_BEGINS =
  /^(?:\[|vir|livre|n[ãa]o cont|libre|garanti|antes|before|pense|please|consid|avant)/i;

const BANNER_BEGINS =
  /^\W{0,4}(?:external|externo|e-?mail externo|caution|warning|aten[çc][ãa]o|cuidado|aviso|alerta|importante|achtung|attention|this e-?mail|este e-?mail|esta mensagem)(?!\p{L})/iu;
const BANNER =
  /(?:originated|came|comes|sent|received) (?:from )?(?:an? )?(?:from outside|outside (?:of )?(?:the|your|this|our)|external)|from an? external|external (?:sender|source)|(?:originad|origin[áa]ri|veio|vem|proven|recebid|enviad)\p{L}*(?: \p{L}+)? de fora d[aeo]|originad\p{L}+ fora d[aeo]|(?:remetente|origem) extern[oa]|^\W{0,4}\[?extern(?:al|o)\]?\W{0,4}$/iu;

/** A warning that the receiving company's server puts above mail from outside. */
export function bannerLine(line: string): Finding | null {
  return line.length <= MAX_BANNER_LINE && BANNER_BEGINS.test(line) && BANNER.test(line)
    ? { kind: 'footer', why: 'warning about mail from outside', confidence: 0.8 }
    : null;
}

/** The line is one that a telephone or a mail program appended; null where a person may have written it. */
export function footerLine(line: string): Finding | null {
  if (line.length < 6 || line.length > MAX_FOOTER_LINE) return null;
  if (BEGINS.test(line) || (line.length <= MAX_ENDING_LINE && ENDS.test(line))) {
    const found = appendedByDevice(line);
    if (found !== null) return found;
  }
  if (APPENDED_BEGINS.test(line) && APPENDED.test(line))
    return { kind: 'footer', why: 'appended by a program', confidence: 0.8 };
  return null;
}

function appendedByDevice(line: string): Finding | null {
  const unwrapped = line.replace(WRAPPED, '');
  const bare = unwrapped.replace(LINKED, '$1').replace(LINK, '').replace(EXCUSE, '').trim();
  if ((bare.length > 45 && SENTENCE.test(bare)) || saysMore(bare)) return null;
  return SENT_FROM.some((shape) => shape.test(bare))
    ? { kind: 'footer', why: 'appended by a telephone or program', confidence: 0.9 }
    : null;
}

/** "Enviado da conta do cliente ontem" is a sentence; what devices append names a device or is very short. */
function saysMore(line: string): boolean {
  return line.split(/\s+/).length > 6 && !NAMES_DEVICE.test(line);
}

/** A footer of Outlook's apps, with its link: the program puts it right above what it quotes. */
export function leadsQuotation(line: string): boolean {
  return /outlook/i.test(line) && /<https?:\/\/\S+>?$/.test(line);
}

const NOTICE_BEGINS =
  /^\W{0,4}(?:(?:esta|essa|a presente|este|o conteúdo desta|as informações|aviso|importante|nota|confidencial|the information|this|confidential|disclaimer|notice|le informazioni|ce message|diese e-?mail|este mensaje|este correo)(?:\s|:|$))/i;
const NOTICE =
  /confiden|privileg|sigilo|intended (?:only )?(?:recipient|for)|destinat[áa]ri|dirigid[oa] (?:a|exclus)|destinataire|empfänger|recebeu (?:esta|este|por engano)|received (?:this|it) in error/i;
const NOTICE_END_LINES = 25;

/** A confidentiality notice that begins at `at` and runs to the end of `end`; only as the last thing. */
export function noticeAt(lines: readonly Line[], at: number, end: number): Finding | null {
  if (end - at > NOTICE_END_LINES || !NOTICE_BEGINS.test(lines[at]!.text)) return null;
  const last = Math.min(end, at + 6);
  let text = '';
  for (let index = at; index < last; index += 1) text += ` ${lines[index]!.text}`;
  return text.length > 80 && NOTICE.test(text)
    ? { kind: 'footer', why: 'confidentiality notice', confidence: 0.75 }
    : null;
}

const LIST_FOOTER =
  /mailing list|lista de (?:discussão|e-?mails)|unsubscribe|descadastr|cancelar (?:a )?inscrição|google groups|listinfo|subscription|newsletter/i;
const MAX_LIST_FOOTER_LINES = 8;

/** What mailing lists append below a rule, at the very end. */
export function listFooterAt(lines: readonly Line[], at: number, end: number): Finding | null {
  const rule = lines[at]!.text;
  if (rule.length < 10 || !isRule(rule)) return null;
  let filled = 0;
  let listed = false;
  let short = true;
  for (let index = nextFilled(lines, at + 1); index < end; index += 1) {
    const { text } = lines[index]!;
    if (text === '') continue;
    filled += 1;
    if (filled > MAX_LIST_FOOTER_LINES) return null;
    listed ||= LIST_FOOTER.test(text);
    short &&= text.length <= 120 && !text.includes('?');
  }
  if (filled === 0) return { kind: 'footer', why: 'rule at the end', confidence: 0.7 };
  if (listed) return { kind: 'footer', why: 'appended by a mailing list', confidence: 0.85 };
  return rule.startsWith('_') && short && filled <= 5
    ? { kind: 'signature', why: 'short text below a rule', confidence: 0.6 }
    : null;
}
