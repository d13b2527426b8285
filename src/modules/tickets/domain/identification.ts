/** What a message says about who its writer is in the company's own product (D7). */
export interface Identification {
  readonly supportId?: string;
  readonly accessEmail?: string;
}

const EMAIL = /[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}/;
const ACCESS_EMAIL_LABEL =
  /(?:e-?mail|login|usu[aá]rio)\s+(?:d[eoa]s?|para|no|na|que\s+(?:eu\s+)?us[oa]\s+(?:para|no|na))\s+(?:meu\s+|minha\s+|o\s+|a\s+)?(?:acesso|acessar|acessar\s+\S+|entrar|login|logar|conta|cadastro|plataforma|sistema)\b[^\n@]{0,40}?(?:[:=]|\s)[^\S\n]*<?/iu;
const LOGIN_LABEL = /(?:^|\n)\s*(?:login|e-?mail\s+de\s+acesso|acesso)\s*[:=]\s*<?/iu;
const SUPPORT_ID_LABEL =
  /(?:\bid\s+(?:de\s+|do\s+)?suporte|\bsuporte\s+id|\bsupport\s+id|\bid\s+do\s+cliente|\bmeu\s+id(?:\s+d[eo]\s+suporte)?)\b\s*(?:[ée]|eh|:|=|n[º°o.]*|-)?\s*[:#]?\s*/iu;
const BARE_ID = /^#?([A-Za-z0-9][A-Za-z0-9._-]{2,39})/;
/** Longer texts are cut: a label sits near the top, and patterns of operators run on what they are given. */
const LOOK_AT_CHARACTERS = 20_000;

/**
 * Recognises the access e-mail (by its label) and the support ID (by label, or by `company.supportIdPattern` alone)
 * in what the customer wrote; quoted text must not be given. A pattern with a group names the group's text.
 * A pattern that does not compile recognises nothing: configuration has refused it before.
 */
export function recogniseIdentification(
  visibleText: string,
  supportIdPattern: string | undefined,
): Identification {
  const text = visibleText.slice(0, LOOK_AT_CHARACTERS);
  const accessEmail = accessEmailIn(text);
  const supportId = supportIdIn(text, supportIdPattern);
  return {
    ...(supportId === null ? {} : { supportId }),
    ...(accessEmail === null ? {} : { accessEmail }),
  };
}

function accessEmailIn(text: string): string | null {
  for (const label of [ACCESS_EMAIL_LABEL, LOGIN_LABEL]) {
    const found = label.exec(text);
    if (found === null) continue;
    const behind = text.slice(found.index + found[0].length, found.index + found[0].length + 120);
    const address = EMAIL.exec(behind);
    // Only what follows the label at once: an address further down is somebody's signature.
    if (address !== null && !behind.slice(0, address.index).includes('\n')) {
      return address[0].replace(/[.']+$/, '').toLowerCase();
    }
  }
  return null;
}

function supportIdIn(text: string, pattern: string | undefined): string | null {
  const compiled = compile(pattern);
  const label = SUPPORT_ID_LABEL.exec(text);
  if (label !== null) {
    const behind = text.slice(label.index + label[0].length, label.index + label[0].length + 60);
    const byPattern = compiled === null ? null : compiled.exec(behind);
    if (byPattern !== null) return byPattern[1] ?? byPattern[0];
    const bare = compiled === null ? BARE_ID.exec(behind) : null;
    // Without a pattern only something with a digit is an identifier: "meu id não funciona" is not.
    if (bare?.[1] !== undefined && /\d/.test(bare[1])) return bare[1].replace(/[._-]+$/, '');
  }
  const anywhere = compiled?.exec(text) ?? null;
  return anywhere === null ? null : (anywhere[1] ?? anywhere[0]);
}

function compile(pattern: string | undefined): RegExp | null {
  if (pattern === undefined || pattern === '') return null;
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return null;
  }
}
