/** UIDs as an IMAP sequence set, runs folded: [1, 2, 3, 7] → `1:3,7`. A page of new mail is mostly one run. */
export function uidSet(uids: readonly number[]): string {
  const ordered = [...uids].sort((left, right) => left - right);
  const runs: string[] = [];
  for (let at = 0; at < ordered.length;) {
    const first = ordered[at]!;
    let last = first;
    for (at += 1; at < ordered.length && ordered[at]! <= last + 1; at += 1) last = ordered[at]!;
    runs.push(first === last ? String(first) : `${first}:${last}`);
  }
  return runs.join(',');
}
