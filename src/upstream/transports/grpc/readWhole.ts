interface Halves {
  readonly low: number;
  readonly high: number;
}

const half = 2 ** 32;

/** A number of 64 bits: as a number where that is exact, as a text of digits beyond. */
export function readWhole({ low, high }: Halves, kind: 'signed' | 'unsigned' | 'zigzag'): number | string {
  if (high < 2 ** 21 && kind !== 'zigzag') return high * half + low;
  const bits = (BigInt(high) << 32n) | BigInt(low);
  const value =
    kind === 'unsigned' ? bits : kind === 'signed' ? BigInt.asIntN(64, bits) : (bits >> 1n) ^ -(bits & 1n);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
