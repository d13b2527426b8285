/** What is known of stored content; nothing at all counts as `waiting`. */
export interface ScanState {
  /** `released`: an operator knows that a find is none, or that what nobody could look at is harmless. */
  readonly state: 'waiting' | 'clean' | 'infected' | 'too_large' | 'released';
  /** The scanner's name for what it found. */
  readonly signature: string | null;
}

/** `off`: no scanner is configured. */
export type UnscannedPolicy = 'off' | 'hold' | 'serve';

/** Why a file is not given out, or given out with a warning; null: there is nothing to say. */
export interface FileCaution {
  readonly kind: 'infected' | 'waiting' | 'too_large';
  /** True: nobody gets it. */
  readonly held: boolean;
  /** For agents, pt-BR. */
  readonly text: string;
  /** For programs and logs, English. */
  readonly textEn: string;
}

/** What content that was found to hold a virus, or was not looked at, means for those who want it. */
export function cautionOf(scan: ScanState | null, policy: UnscannedPolicy): FileCaution | null {
  const { state, signature } = scan ?? { state: 'waiting', signature: null };
  if (state === 'clean' || state === 'released') return null;
  if (state === 'infected') {
    return {
      kind: 'infected',
      held: true,
      text: `Anexo retido: vírus ${signature ?? ''}`.trim(),
      textEn: `Held: virus ${signature ?? ''}`.trim(),
    };
  }
  if (policy === 'off') return null;
  const held = policy === 'hold';
  if (state === 'too_large') {
    return {
      kind: 'too_large',
      held,
      text: held
        ? 'Anexo retido: grande demais para a verificação de vírus'
        : 'Não verificado: grande demais para a verificação de vírus',
      textEn: 'Too large for the virus scanner',
    };
  }
  return {
    kind: 'waiting',
    held,
    text: held
      ? 'Anexo retido até a verificação de vírus'
      : 'Ainda não verificado contra vírus: abra com cuidado',
    textEn: 'Not scanned for viruses yet',
  };
}

/** What clamd says of a stream (clamd(8)). */
export type ClamdVerdict =
  | { readonly kind: 'clean' }
  | { readonly kind: 'infected'; readonly signature: string }
  | { readonly kind: 'too_large' };

const SIGNATURE_LIMIT = 120;

/** Reads `stream: OK`, `stream: NAME FOUND` and the size limit's error; null for anything else. */
export function readVerdict(answer: string): ClamdVerdict | null {
  const line = answer.slice(0, 1_000).replace(/[\0\r\n]+$/, '');
  if (line === 'stream: OK') return { kind: 'clean' };
  if (line.startsWith('INSTREAM size limit exceeded')) return { kind: 'too_large' };
  if (!line.startsWith('stream: ') || !line.endsWith(' FOUND')) return null;
  const signature = line
    .slice('stream: '.length, -' FOUND'.length)
    .replace(/[^\w.:/+-]/g, '_')
    .slice(0, SIGNATURE_LIMIT);
  return signature === '' ? null : { kind: 'infected', signature };
}
