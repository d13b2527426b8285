/** One node of IMAP's BODYSTRUCTURE, as far as the choice of a text part needs it. */
export interface StructureNode {
  readonly part?: string | undefined;
  readonly type: string;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  readonly encoding?: string | undefined;
  readonly size?: number | undefined;
  readonly disposition?: string | undefined;
  readonly childNodes?: readonly StructureNode[] | undefined;
}

/** The text part that stands for a message over the size limit (D27). */
export interface TextPart {
  /** Section for BODY.PEEK[…]: a part number, or `text` where the message has one part only. */
  readonly section: string;
  readonly node: StructureNode;
}

/**
 * The first text part in reading order; text/plain is preferred to text/html where both are alternatives of each other.
 * Attached texts count only where nothing else is text. Null where the message has no text at all.
 */
export function firstTextPart(root: StructureNode): TextPart | null {
  if (root.childNodes === undefined || root.childNodes.length === 0) {
    return isText(root) ? { section: 'text', node: root } : null;
  }
  const found = search(root, (node) => !isAttachment(node)) ?? search(root, () => true);
  return found === null ? null : { section: found.part!, node: found };
}

function search(
  node: StructureNode,
  accept: (node: StructureNode) => boolean,
): StructureNode | null {
  const children = node.childNodes ?? [];
  if (children.length === 0) {
    return node.part !== undefined && isText(node) && accept(node) ? node : null;
  }
  const found = children.map((child) => search(child, accept)).filter((child) => child !== null);
  if (node.type.toLowerCase() === 'multipart/alternative') {
    return found.find((child) => child.type.toLowerCase() === 'text/plain') ?? found[0] ?? null;
  }
  return found[0] ?? null;
}

function isText(node: StructureNode): boolean {
  return /^text\/(?:plain|html)$/i.test(node.type);
}

function isAttachment(node: StructureNode): boolean {
  return node.disposition?.toLowerCase() === 'attachment';
}

/**
 * A small RFC 5322 message: the original header without what described the original body, the text part's own
 * Content-Type and encoding, and its text. A text that was cut at `truncated` ends at its last whole line, so that no
 * base64 quantum, quoted-printable triple or multi-byte character is torn.
 */
export function assemblePartial(
  header: Buffer,
  part: TextPart | null,
  body: Buffer,
  truncated: boolean,
): Buffer {
  const fields = headerFields(header).filter(
    (field) => !/^(?:content-[a-z-]+|mime-version)\s*:/i.test(field),
  );
  const describing = [
    'MIME-Version: 1.0',
    `Content-Type: ${part === null ? 'text/plain; charset=utf-8' : contentType(part.node)}`,
  ];
  const encoding = part?.node.encoding?.toLowerCase() ?? '';
  if (/^(?:7bit|8bit|base64|quoted-printable)$/.test(encoding)) {
    describing.push(`Content-Transfer-Encoding: ${encoding}`);
  }
  return Buffer.concat([
    // latin1 in and out: raw 8-bit header bytes stay the bytes they were.
    Buffer.from([...fields, ...describing].join('\r\n') + '\r\n\r\n', 'latin1'),
    truncated ? upToLastLine(body) : body,
  ]);
}

/** The fields of a raw header, each with its folded lines. */
function headerFields(header: Buffer): string[] {
  const fields: string[] = [];
  for (const line of header.toString('latin1').split(/\r?\n/)) {
    if (line === '') continue;
    if (/^[ \t]/.test(line) && fields.length > 0) fields.push(`${fields.pop()}\r\n${line}`);
    else fields.push(line);
  }
  return fields;
}

function contentType(node: StructureNode): string {
  const parameters = Object.entries(node.parameters ?? {})
    .filter(([name, value]) => /^[\w!#$&+.^`|~*'-]+$/.test(name) && /^[\x20-\x7e]+$/.test(value))
    .map(([name, value]) => `; ${name}="${value.replaceAll(/["\\]/g, '\\$&')}"`);
  return node.type.toLowerCase() + parameters.join('');
}

function upToLastLine(body: Buffer): Buffer {
  const end = body.lastIndexOf('\n');
  return end === -1 ? body : body.subarray(0, end + 1);
}
