export type ExportScope =
  | {
      readonly kind: 'scope';
      /** Whose tickets are exported. */
      readonly queues: readonly string[];
      /** Those of them that are private. */
      readonly private: readonly string[];
      /** Queues whose tickets links may name. */
      readonly visible: readonly string[];
    }
  | { readonly kind: 'refused'; readonly why: string };

/**
 * D20: the operator exports every queue that is not private, or those she names; a private one only by its name and with
 * a reason. `why` is a sentence for her.
 */
export function exportScope(
  all: readonly { readonly key: string; readonly private: boolean }[],
  asked: { readonly queues: readonly string[] | null; readonly reason: string | null },
): ExportScope {
  const open = all.filter((queue) => !queue.private).map(({ key }) => key);
  const queues = asked.queues ?? open;
  const unknown = queues.filter((key) => !all.some((queue) => queue.key === key));
  if (unknown.length > 0) return refused(`There is no queue ${unknown.join(', ')}.`);
  const secret = queues.filter((key) => !open.includes(key));
  if (secret.length > 0 && (asked.reason ?? '').trim() === '') {
    return refused(
      `${secret.join(', ')} is private: say --reason "…"; it is recorded on each of its tickets.`,
    );
  }
  return { kind: 'scope', queues, private: secret, visible: [...open, ...secret] };
}

const refused = (why: string): ExportScope => ({ kind: 'refused', why });
