/**
 * The mark of a ticket whose mail did not arrive: shown until an answer of a person reaches the requester, or the mail
 * itself arrives after all and no other is missing.
 */
export const FAILED_MARK = 'entrega_falhou';

export const withoutFailedMark = (marks: readonly string[]): string[] =>
  marks.filter((mark) => mark !== FAILED_MARK);
