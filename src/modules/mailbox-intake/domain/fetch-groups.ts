/** What is known of a message before it is fetched. */
interface Announced {
  readonly uid: number;
  readonly sizeBytes: number;
  readonly internalDate: Date;
}

/** Neighbours that are fetched by one command and recorded in one transaction. */
export interface FetchGroup {
  readonly messages: readonly Announced[];
  /** `historical`: recorded without its bytes (D1). `partial`: header and first text alone (D27). */
  readonly treatment: 'whole' | 'historical' | 'partial';
  /** Too large for memory: one message, streamed. */
  readonly streamed: boolean;
  readonly lastUid: number;
}

/** One transaction holds at most this much. */
const GROUP_MESSAGES = 100;
const GROUP_BYTES = 8 * 1024 * 1024;
const STREAM_FROM_BYTES = 1024 * 1024;
const HISTORICAL_GROUP_MESSAGES = 1_000;

/** Cuts a page of messages, ascending by UID, into groups; every message is in exactly one, in the same order. */
export function* fetchGroups(
  page: readonly Announced[],
  treatmentOf: (message: Announced) => FetchGroup['treatment'],
): Generator<FetchGroup> {
  let group: Announced[] = [];
  let bytes = 0;
  let treatment: FetchGroup['treatment'] = 'whole';
  const close = function* (): Generator<FetchGroup> {
    if (group.length > 0)
      yield { messages: group, treatment, streamed: false, lastUid: group.at(-1)!.uid };
    group = [];
    bytes = 0;
  };
  for (const message of page) {
    const wanted = treatmentOf(message);
    const alone =
      wanted === 'partial' || (wanted === 'whole' && message.sizeBytes > STREAM_FROM_BYTES);
    const limit = wanted === 'historical' ? HISTORICAL_GROUP_MESSAGES : GROUP_MESSAGES;
    const full =
      group.length >= limit || (wanted === 'whole' && bytes + message.sizeBytes > GROUP_BYTES);
    if (alone || full || wanted !== treatment) yield* close();
    if (alone) {
      yield {
        messages: [message],
        treatment: wanted,
        streamed: wanted === 'whole',
        lastUid: message.uid,
      };
      continue;
    }
    treatment = wanted;
    group.push(message);
    bytes += message.sizeBytes;
  }
  yield* close();
}
