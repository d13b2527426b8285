const LF = 0x0a;
const CR = 0x0d;

/**
 * Gives a message whose lines end in CR alone (old Macintosh programs and their exports; RFC 5322 2.3 forbids it) the
 * line ends that everything behind expects. Decided by the first piece; any other message passes untouched.
 */
export class LineEnds {
  private bare: boolean | null = null;

  unified(piece: Buffer): Buffer {
    this.bare ??= decided(piece);
    if (this.bare !== true) return piece;
    const unified = Buffer.from(piece);
    for (let at = unified.indexOf(CR); at >= 0; at = unified.indexOf(CR, at + 1)) unified[at] = LF;
    return unified;
  }
}

/** null: no line has ended yet; a CR at the end of the piece may belong to a CRLF. */
function decided(piece: Buffer): boolean | null {
  if (piece.includes(LF)) return false;
  const cr = piece.indexOf(CR);
  return cr >= 0 && cr < piece.length - 1 ? true : null;
}
