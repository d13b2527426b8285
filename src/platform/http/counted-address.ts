import { isIPv4, isIPv6 } from 'node:net';

/**
 * The address that limits count under. IPv4 as it is, also where IPv6 carries it (`::ffff:0:0/96`, and NAT64's
 * `64:ff9b::/96`, RFC 6052). Of IPv6 the /64: that is what one machine gets at least and changes within at will
 * (RFC 6177, RFC 8981). A port that a proxy wrote along is dropped. What is no address, and none at all, count together.
 */
export function countedAddress(address: string | undefined): string {
  if (address === undefined) return 'unknown';
  const plain = (WITH_PORT.exec(address)?.slice(1).join('') ?? address).replace(/%.*$/s, '');
  if (isIPv4(plain)) return plain;
  if (!isIPv6(plain)) return 'unknown';
  const groups = groupsOf(plain);
  if (CARRIES_IPV4.has(groups.slice(0, 6).join(':'))) {
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 0xff])
      .join('.');
  }
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** Some proxies forward `203.0.113.7:1234` and `[2001:db8::1]:1234`. */
const WITH_PORT = /^(?:([\d.]{7,15}):\d{1,5}|\[([^\]]{1,80})\](?::\d{1,5})?)$/;

/** The first 96 bits, in decimal groups: `::ffff` and `64:ff9b::`. */
const CARRIES_IPV4 = new Set(['0:0:0:0:0:65535', '100:65435:0:0:0:0']);

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): number[] {
  // The URL parser writes an IPv4 tail as two groups and leaves one way to write an address (WHATWG URL, 3.5).
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head, tail] = canonical.split('::');
  const before = writtenIn(head);
  const after = writtenIn(tail);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return [...before, ...zeros, ...after];
}

function writtenIn(half: string | undefined): number[] {
  if (half === undefined || half === '') return [];
  return half.split(':').map((group) => Number.parseInt(group, 16));
}
