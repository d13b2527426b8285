/** The protocol in `[Chamado 1000123]` (also `[chamado #1000123]`); null where there is none. */
export function protocolInSubject(subject: string): string | null {
  return /\[\s*chamado\s+(?:n[º°o]?\.?\s*)?#?\s*([1-9]\d{4,17})\s*\]/i.exec(subject)?.[1] ?? null;
}
