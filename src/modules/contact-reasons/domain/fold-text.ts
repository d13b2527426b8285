/**
 * Text as clues are compared: without accents, lower case, every run of anything but letters and digits one space,
 * with a space at both ends, so that ` dominio ` matches whole words only. 'Não recebo e-mails!' → ' nao recebo e mails '.
 */
export function foldText(text: string): string {
  const folded = text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return ` ${folded} `;
}

/** A name as marks are compared, without spaces: 'Máquina de e-mail' and 'maquina_de_email' are the same mark. */
export function foldName(name: string): string {
  return foldText(name).replaceAll(' ', '');
}
