/** What a mail system wrote, and the copy of the mail that it returned below; '' where it returned none in its text. */
export interface SplitBounce {
  readonly said: string;
  readonly copy: string;
}

/** Only the beginning is read: mail systems are brief, and what follows is somebody's mail. */
const MAX_SAID_LENGTH = 20_000;
const MAX_COPY_LENGTH = 20_000;

/** A line that announces the copy: "--- Below this line is a copy of the message.", in the words of many systems. */
const ANNOUNCES_COPY =
  /^[ \t>*|=_.-]{0,80}(?:below this line|(?:this is )?a copy of (?:the|your)|(?:the )?(?:original|unsent|returned|undelivered|rejected|failed|bounced|enclosed|offending|attached) (?:e?-?mail|message|mail)(?: (?:text|header|headers|information|content))?(?: (?:follows|begins|starts|in part))?(?! (?:was |has been |is )?(?:received|sent|arrived|to|could|that|you|of)\b)|(?:original )?(?:message|mail) headers?(?: and)?(?: body)?|message (?:header|headers|text|body|contents?)|(?:the |your )?(?:header|headers|text|contents?|beginning|first \d+ lines?|body) of (?:the |your )?(?:original |undelivered |returned |unsent |bounced )?(?:e?-?mail|message)|the header and top|(?:your )?(?:message|mail) reads|unsent message|unmodified headers?|returned (?:mail|message)|old message|received: (?:from|by)|start of (?:the )?returned|included is a copy|the following is a copy|contents of the|a mensagem original|mensagem original|c[oó]pia da mensagem|segue (?:abaixo )?(?:a )?c[oó]pia|cabe[cç]alhos? (?:da mensagem|original)|conte[uú]do da mensagem|mensaje original|message d'origine|message original|urspr[uü]ngliche nachricht|kopie der nachricht|messaggio originale|oorspronkelijk bericht|исходное сообщение|текст письма|oryginalna wiadomo)/im;
/** A returned header without announcement: two well-known fields, one under the other. */
const RETURNED_HEADER =
  /^[ >]{0,4}(?:return-path|received|message-id|date|from|mime-version|x-mailer): ?\S[^\n]{0,900}\n(?:[ \t][^\n]{0,900}\n){0,10}[ >]{0,4}(?:return-path|received|message-id|date|from|to|cc|subject|mime-version|x-[\w-]{1,40}|content-type|reply-to|sender): ?\S/im;

/** Divides the text of a bounce where the copy of the returned mail begins. */
export function splitAtOriginal(text: string): SplitBounce {
  const read = text.slice(0, MAX_SAID_LENGTH + MAX_COPY_LENGTH);
  // Something must have been said before: a copy that begins at once is announced by nothing.
  const announced = firstAfterWords(read, ANNOUNCES_COPY);
  const header = firstAfterWords(read, RETURNED_HEADER);
  const at = Math.min(announced, header);
  return {
    said: read.slice(0, Math.min(at, MAX_SAID_LENGTH)),
    copy: at >= read.length ? '' : read.slice(at, at + MAX_COPY_LENGTH),
  };
}

const MIN_SAID = 20;

/** Where `pattern` first stands behind some words; the length of the text where it does not. */
function firstAfterWords(text: string, pattern: RegExp): number {
  const global = new RegExp(pattern.source, 'gim');
  for (let found = global.exec(text); found !== null; found = global.exec(text)) {
    if (text.slice(0, found.index).trim().length >= MIN_SAID) return found.index;
    global.lastIndex = found.index + 1;
  }
  return text.length;
}
