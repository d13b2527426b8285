import type { FetchGroup } from '../domain/fetch-groups.js';

/** So often is a group asked for together before its messages are asked for one by one. */
const GROUP_FAILURES = 2;
/** So often is one message asked for before it is given up. */
const MESSAGE_FAILURES = 3;

interface Trouble {
  readonly firstUid: number;
  lastUid: number;
  failures: number;
  readonly messages: Map<number, number>;
}

/**
 * Remembers what the server failed to deliver, per folder, so that one broken message does not hold up those behind it
 * (D22). Kept in memory: after a restart the counting begins anew.
 */
export class FetchTroubles {
  private readonly folders = new Map<string, Trouble>();

  /** What to ask for: the group as it is, or each message alone where the group has failed too often. */
  parts(folder: string, group: FetchGroup): FetchGroup[] {
    const trouble = this.folders.get(folder);
    const [first] = group.messages;
    const suspect =
      trouble !== undefined &&
      trouble.failures >= GROUP_FAILURES &&
      first !== undefined &&
      first.uid <= trouble.lastUid;
    if (!suspect || group.messages.length === 1) return [group];
    return group.messages.map((message) => ({
      ...group,
      messages: [message],
      lastUid: message.uid,
    }));
  }

  /** Counts a failure; true where it was the last that this one message is given. */
  failed(folder: string, group: FetchGroup): boolean {
    const firstUid = group.messages[0]?.uid ?? 0;
    let trouble = this.folders.get(folder);
    if (trouble === undefined || (group.messages.length > 1 && trouble.firstUid !== firstUid)) {
      trouble = { firstUid, lastUid: group.lastUid, failures: 0, messages: new Map() };
      this.folders.set(folder, trouble);
    }
    trouble.lastUid = Math.max(trouble.lastUid, group.lastUid);
    if (group.messages.length > 1) {
      trouble.failures += 1;
      return false;
    }
    const failures = (trouble.messages.get(firstUid) ?? 0) + 1;
    trouble.messages.set(firstUid, failures);
    return failures >= MESSAGE_FAILURES;
  }

  /** The folder was read through. */
  over(folder: string): void {
    this.folders.delete(folder);
  }
}
