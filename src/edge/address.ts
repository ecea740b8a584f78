import { BlockList, isIP, isIPv6 } from 'node:net';

/** An IPv4 address as such, also where a socket that serves both families shows it mapped into IPv6. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

/**
 * Whether an address, as `plainAddress` gives it, is one of these addresses and CIDR ranges. Whoever wrote them has
 * checked that they are such; what is no address, as that of a connection that is gone, is none of them.
 */
export function addressTest(allowed: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const entry of allowed) {
    const [ip = '', bits] = entry.split('/');
    const family = familyOf(ip);
    if (bits === undefined) list.addAddress(ip, family);
    else list.addSubnet(ip, Number(bits), family);
  }
  return (address) => isIP(address) !== 0 && list.check(address, familyOf(address));
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4');
