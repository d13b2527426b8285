const ADDRESS = String.raw`[^\s<>()[\]{};:,"'|*=]{1,64}@[^\s<>()[\]{};:,"'|*=]{1,255}`;
const MAX_LINES = 400;
const MAX_LINE_LENGTH = 1_000;
const MAX_RECIPIENTS = 100;

/** A label and the address it names: "Failed Recipient: a@b", "Error-for: a@b", "RCPT TO:<a@b>", "Destinatário: a@b". */
const LABELLED = new RegExp(
  String.raw`(?:^|[\s*>(])(?:failed recipients?|recipients?(?: address)?|error-for|undeliverable(?:[ ]+to)?|addressed to(?: [\w ]{0,30})?|delivery userid|final-recipient|original-recipient|to address|target mail address|destinat[aá]rios?|endere[cç]o(?: de e-?mail)?|invalid address|unknown (?:user|address|recipient|mailbox)|rcpt|user|usu[aá]rio|mailbox|address(?:es)?|adressat|destinataire|empf[aä]nger|for|to)\s{0,4}:\s{0,8}(?:rfc822;\s{0,4})?["'<(]{0,2}(${ADDRESS})`,
  'i',
);
/** A line of its own, with what the server said behind it: `<a@b>: 550 …`, `  a@b`, `- a@b (user not found)`. */
const ALONE = new RegExp(
  String.raw`^[\s>*•·-]{0,20}(?:(?:recipient|to|user|address|para):\s{0,8})?(?:"[^"]{0,100}"\s{0,4})?[<('"]{0,2}(?:smtp:|mailto:)?(${ADDRESS})[>)'"]{0,2}(?=\s*$|\s*[:;,.]|\s*\(|\s*\[|\s*\.\.\.|\s+(?:-|on |in |was |is |could |has |n[aã]o |por |because|user |mailbox ))`,
  'i',
);
/** X.400 gateways: `c=US;a= ;p=X;o=Y;dda:SMTP=a@b;`. */
const X400 = new RegExp(String.raw`SMTP[=:](${ADDRESS})`, 'i');
const WITHIN = new RegExp(String.raw`[<("'\[]?(${ADDRESS})`, 'gi');
/** What a line must speak of for an address within it to be the one that failed. */
const SPEAKS_OF_FAILURE =
  /deliver|undeliver|recipient|unknown|not found|exist|invalid|reject|no such|user|mailbox|account|quota|full|fail|addressed|rcpt|entreg|destinat|usu[aá]rio|caixa|endere[cç]o|encontrad|envi|remis|zugestellt|reach|доставл|failure|bounce|said:|generated from|address/i;
/** Lines about somebody else than the recipient. */
const SPEAKS_OF_OTHERS =
  /^\s*(?:from|sender|reply-to|return-path|de|remetente|message-id|subject|assunto|cc|x-[\w-]{1,40}|received|by|envelope-from|original-envelope-id|arrival-date)\s*:|mail from\b|envelope-from|contact|postmaster@|mailer-daemon|for (?:further|more) (?:assist|info|help)|questions|message-id|http|support@|abuse@|sender|assist[eê]ncia|suporte@|message sent by|reporting-mta|^\s*(?:in|out):/i;
const ORIGIN =
  /(?:expanded|generated|forwarded|derived|originally addressed|redirected) (?:from|to):?\s{0,4}<?/i;

/**
 * The addresses that a mail system says it did not reach, in lower case and in their order, from the words that it wrote
 * (what it returned is left out). Lines that hold an address alone, or a label with one, are believed before sentences.
 * `ours` are addresses that it was written to or from: the sender of the returned mail, never its recipient.
 */
export function recipientsInProse(said: string, ours: readonly string[]): string[] {
  const gateway: string[] = [];
  const labelled: string[] = [];
  const alone: string[] = [];
  const within: string[] = [];
  const expanded: string[] = [];
  for (const line of said.split('\n', MAX_LINES)) {
    const read = line.slice(0, MAX_LINE_LENGTH);
    if (!read.includes('@')) continue;
    const x400 = X400.exec(read)?.[1];
    if (x400 !== undefined && /c=|;a=|dda/i.test(read)) gateway.push(x400);
    const own = ALONE.exec(read)?.[1];
    if (own !== undefined && !SPEAKS_OF_OTHERS.test(read.slice(0, 30))) alone.push(own);
    if (ORIGIN.test(read)) expanded.push(...addressesIn(read));
    if (SPEAKS_OF_OTHERS.test(read)) continue;
    const label = LABELLED.exec(read)?.[1];
    if (label !== undefined) labelled.push(label);
    if (SPEAKS_OF_FAILURE.test(read)) within.push(...addressesIn(read));
  }
  for (const found of [
    gateway,
    [...alone, ...(alone.length > 0 ? expanded : [])],
    labelled,
    within,
    expanded,
  ]) {
    const usable = distinct(found, ours);
    if (usable.length > 0) return usable;
  }
  return [];
}

/**
 * Local parts that a system names without their domain, alone on a line below a sentence about recipients; `domain` is
 * the system's own. Asked only where nothing else names anybody.
 */
export function localPartsInProse(said: string, domain: string): string[] {
  const found: string[] = [];
  let announced = false;
  for (const line of said.split('\n', MAX_LINES)) {
    const local = /^\s{0,20}([a-z0-9][a-z0-9._-]{2,63})\s*$/i.exec(line.slice(0, 100))?.[1];
    if (announced && local !== undefined) found.push(`${local}@${domain}`);
    else if (line.trim() !== '')
      announced = /(?:recipients?|address(?:es)?|users?|destinat[aá]rios?)\b.*:\s*$/i.test(
        line.slice(-MAX_LINE_LENGTH),
      );
  }
  return distinct(found, []);
}

function addressesIn(line: string): string[] {
  return [...line.matchAll(WITHIN)].map((match) => match[1]!);
}

function distinct(found: readonly string[], ours: readonly string[]): string[] {
  const usable = found
    .map((address) => address.toLowerCase().replace(/[.>)\]?!]+$/, ''))
    .filter((address) => /@[^@]+\.[^@]{2,}$/.test(address) && !ours.includes(address));
  return [...new Set(usable)].slice(0, MAX_RECIPIENTS);
}
