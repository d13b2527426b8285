/** Undoes format=flowed (RFC 3676): lines that end in a blank go on in the next one of the same quote depth. */
export function unflow(text: string, deleteSpace: boolean): string {
  const lines: string[] = [];
  let depth = -1;
  let open = false;
  for (const raw of text.split('\n')) {
    const quoted = /^>+/.exec(raw)?.[0].length ?? 0;
    const line = raw.slice(quoted).replace(/^ /, '');
    const signature = line === '-- ';
    if (open && quoted === depth && !signature) lines[lines.length - 1] += line;
    else lines.push(`${'>'.repeat(quoted)}${quoted > 0 ? ' ' : ''}${line}`);
    open = line.endsWith(' ') && !signature;
    depth = quoted;
    if (open && deleteSpace) lines[lines.length - 1] = lines.at(-1)!.slice(0, -1);
  }
  return lines.join('\n');
}
