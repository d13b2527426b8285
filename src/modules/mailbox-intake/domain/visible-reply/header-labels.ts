/** What a line of a quoted header says. */
export type HeaderRole = 'from' | 'to' | 'cc' | 'date' | 'subject' | 'other';

/**
 * The labels with which mail programs write the header of a message that they quote or forward, in lower case. Outlook,
 * Apple Mail, Thunderbird, Yahoo, Zimbra, Notes and the webmails translate them; Gmail translates only the first.
 */
const LABELS: Readonly<Record<HeaderRole, string>> = {
  from:
    'from|de|remetente|von|absender|da|mittente|van|afzender|od|odesílatel|odosielateľ|nadawca|fra|avsender|afsender|från|avsändare|' +
    'lähettäjä|saatja|от|от кого|отправитель|від|від кого|відправник|šalje|pošiljatelj|feladó|expeditorul|expeditor|de la|expéditeur|remitente|' +
    'gönderen|kimden|από|från|מאת|من|người gửi|từ|发件人|發件人|寄件者|寄件人|差出人|送信元|送信者|보낸 사람|보낸사람|nuo|no|dari|pošiljateľ|kto',
  to:
    'to|para|destinatário|destinatario|destinatários|an|empfänger|à|a|destinataire|aan|do|komu|adresat|pre|til|till|vastaanottaja|kellele|saaja|' +
    'кому|получатель|получатели|одержувач|prima|primatelj|címzett|destinatarul|destinatar|către|kime|alıcı|προς|אל|إلى|đến|' +
    '收件人|收件者|宛先|送信先|받는 사람|받는사람|kepada|kam|za|adressaat|příjemce|príjemca|modtager|mottaker|mottagare|ontvanger|címzettek|alıcılar',
  cc:
    'cc|cco|bcc|cci|c/c|kopie|kopie (cc)|kopia|kopi|kopio|kópia|kópie|másolat|копия|копія|copie|copie à|copia|cópia|com cópia|' +
    'dw|bilgi|κοιν.|עותק|抄送|副本|참조|skrytá kopie|másolatot kap|kopija|kopia (dw)|в копии|kopie an|kopi till',
  date:
    'date|data|sent|sent at|sent on|data de envio|data/hora|enviado|enviada|enviado em|enviada em|enviado(a) em|enviado a|enviados|enviadas|' +
    'enviado el|fecha|gesendet|gesendet am|datum|envoyé|envoyé le|message du|inviato|inviata|verzonden|wysłano|wysłane|odesláno|odoslané|dátum|sendt|' +
    'dato|skickat|lähetetty|päivämäärä|päiväys|kuupäev|saadetud|отправлено|дата|відправлено|надіслано|poslano|elküldve|trimis|trimis la|dată|data:|' +
    'tarih|gönderildi|gönderme tarihi|ημερομηνία|στάλθηκε|נשלח|תאריך|تاريخ|التاريخ|ngày|发送时间|發送時間|日期|发送日期|寄件日期|傳送日期|日付|日時|送信日時|' +
    '보낸 날짜|보낸날짜|날짜|tanggal|küldve|küldés dátuma|saatmisaeg|poslané|odeslané|fecha de envío|date d’envoi|data wysłania',
  subject:
    'subject|assunto|asunto|betreff|objet|sujet|oggetto|onderwerp|temat|předmět|predmet|emne|ämne|aihe|teema|тема|tárgy|subiectul|subiect|' +
    'konu|θέμα|נושא|الموضوع|chủ đề|主题|主題|主旨|件名|제목|tema|perihal',
  other:
    'reply-to|svara till|svar til|beantwoorden|antwoord aan|vastaus|odpovědět komu|odpowiedz do|responder a:|ответить|válaszcím|răspunde la|odgovori na|yanıt adresi|відповісти|返信先|responder a|responder para|antwort an|répondre à|rispondi a|risposta|importance|importância|importancia|prioridade|priority|priorität|' +
    'attachments|anexos|anexo|anlagen|pièces jointes|organization|empresa|resent-from|categories|sensitivity|sensibilidade',
};

const ROLES: ReadonlyMap<string, HeaderRole> = new Map(
  (Object.keys(LABELS) as HeaderRole[]).flatMap((role) =>
    LABELS[role].split('|').map((label) => [label, role] as const),
  ),
);
const MAX_LABEL = 24;
const DECORATION = /^[\s*_]+|[\s*_]+$/g;

/** A line `Label: value`. */
export interface HeaderField {
  readonly role: HeaderRole;
  readonly value: string;
}

/** The header field that a line is; null for any other line. Bold as `*From:*` and the wide colon are understood. */
export function headerFieldOf(line: string): HeaderField | null {
  const colon = colonIn(line);
  if (colon < 1) return null;
  const role = ROLES.get(line.slice(0, colon).replace(DECORATION, '').toLowerCase());
  if (role === undefined) return null;
  return { role, value: line.slice(colon + 1).replace(/^[\s*]+/, '') };
}

function colonIn(line: string): number {
  const end = Math.min(line.length, MAX_LABEL + 1);
  for (let at = 0; at < end; at += 1) {
    const code = line.charCodeAt(at);
    if (code === 0x3a || code === 0xff1a) return at;
  }
  return -1;
}

/** All labels of a role, longest first: for headers that a program ran together into one line. */
export function labelsOf(role: HeaderRole): string[] {
  return LABELS[role].split('|').toSorted((a, b) => b.length - a.length);
}
