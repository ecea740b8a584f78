/**
 * The checksum of SIP 2.00: the bytes of the message from its first character up to and including the two characters
 * `AZ` are added, and the sum's low 16 bits negated, so that sum and checksum together make zero.
 *
 * Takes encoded bytes, because the same text has other sums in other charsets. Gives four upper-case hex digits.
 */
export function checksum(bytesThroughAZ: Uint8Array): string {
  let sum = 0;
  for (const byte of bytesThroughAZ) sum += byte;
  return (-sum & 0xffff).toString(16).toUpperCase().padStart(4, '0');
}
