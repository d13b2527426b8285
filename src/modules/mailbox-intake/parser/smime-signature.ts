import { readPartHeader } from './mime/part-header.js';

/** Larger messages and signatures are kept and marked, not verified. */
const MAX_SIGNED_BYTES = 4 * 1024 * 1024;
const MAX_SIGNATURE_BYTES = 256 * 1024;
const CRLF = '\r\n';
const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';
const SUBJECT_ALT_NAME = '2.5.29.17';
const RFC822_NAME = 1;

export type SignatureVerdict =
  /** Signed with the certificate that came with it, and unchanged since. */
  | 'signature_intact'
  /** The same, but the certificate is of another address than the sender's. */
  | 'signature_of_another_address'
  | 'signature_broken'
  /** Nothing is said about it: made in a way that is not known here, or its certificate is missing. */
  | 'signature_not_verified';

/**
 * Verifies a detached S/MIME signature (RFC 8551 3.5.3, RFC 1847) over the bytes as they came. Whom the certificate was
 * issued by is not looked at: this product keeps no list of authorities that it trusts, so an intact signature proves that
 * nothing was changed, not who signed. null where there is nothing that could be verified. Never throws.
 */
export async function verifySmime(
  raw: Buffer,
  headerLines: readonly string[],
  from: string | null,
): Promise<SignatureVerdict | null> {
  const parts = raw.length > MAX_SIGNED_BYTES ? null : signedParts(raw, headerLines);
  if (parts === null) return null;
  try {
    // Read when the first signed message comes: most mailboxes never see one.
    const { ContentInfo, SignedData } = await import('pkijs');
    const signed = new SignedData({
      schema: ContentInfo.fromBER(new Uint8Array(parts.signature)).content,
    });
    const { signatureVerified, signerCertificate } = await signed.verify({
      signer: 0,
      data: new Uint8Array(parts.content).buffer,
      checkChain: false,
      extendedMode: true,
    });
    if (signatureVerified !== true || !signerCertificate) return 'signature_broken';
    const addresses = signerAddresses(signerCertificate);
    const isSender = addresses.length === 0 || addresses.includes(from?.toLowerCase() ?? '');
    return isSender ? 'signature_intact' : 'signature_of_another_address';
  } catch (error) {
    return provesDamage(error) ? 'signature_broken' : 'signature_not_verified';
  }
}

/** True for content that is not what was signed and for a signature that is no DER; false for what we could not judge. */
function provesDamage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // The library has one code for this and for its own troubles; only the text tells them apart.
  return error.name === 'AsnError' || error.message.endsWith("Message digest doesn't match");
}

/** The first part as it was signed (canonical line ends, RFC 1847 2.1) and the decoded signature. */
function signedParts(
  raw: Buffer,
  headerLines: readonly string[],
): { content: Buffer; signature: Buffer } | null {
  const { value, params } = readPartHeader(headerLines).contentType;
  const boundary = params.get('boundary')?.trimEnd() ?? '';
  const isSmime = /^application\/(x-)?pkcs7-signature$/i.test(params.get('protocol') ?? '');
  if (value !== 'multipart/signed' || !isSmime || boundary === '') return null;
  const text = raw.toString('latin1').replaceAll(/\r\n|\r|\n/g, CRLF);
  const line = `${CRLF}--${boundary}`;
  const first = text.indexOf(line);
  const begin = text.indexOf(CRLF, first + line.length) + CRLF.length;
  const second = text.indexOf(line, begin);
  if (first < 0 || second < 0) return null;
  const last = text.slice(second + line.length).split(line)[0]!;
  const bodyAt = last.indexOf(CRLF + CRLF);
  if (bodyAt < 0 || last.length > MAX_SIGNATURE_BYTES) return null;
  return {
    content: Buffer.from(text.slice(begin, second), 'latin1'),
    signature: Buffer.from(last.slice(bodyAt), 'base64'),
  };
}

interface CertificateNames {
  readonly subject: {
    readonly typesAndValues: readonly {
      readonly type: string;
      readonly value: { readonly valueBlock: { readonly value?: unknown } };
    }[];
  };
  readonly extensions?: readonly { readonly extnID: string; readonly parsedValue?: unknown }[];
}

/** E-mail addresses that the certificate is for, in lower case (RFC 8550 3). */
function signerAddresses({ subject, extensions = [] }: CertificateNames): string[] {
  const inSubject = subject.typesAndValues
    .filter(({ type }) => type === EMAIL_ADDRESS)
    .map(({ value }) => value.valueBlock.value);
  const names = extensions
    .filter(({ extnID }) => extnID === SUBJECT_ALT_NAME)
    .flatMap(({ parsedValue }) => {
      const { altNames = [] } = parsedValue as {
        altNames?: readonly { type: number; value: unknown }[];
      };
      return altNames.filter(({ type }) => type === RFC822_NAME).map(({ value }) => value);
    });
  return [...inSubject, ...names]
    .filter((address): address is string => typeof address === 'string')
    .map((address) => address.toLowerCase());
}
