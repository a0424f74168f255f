/** What somebody sent as a whole number; a RangeError says why it is none that is exact and within the bounds. */
export function wholeWithin(value: unknown, { min, max }: { min: bigint; max: bigint }): bigint {
  const whole = wholeOf(value);
  if (whole === null || whole < min || whole > max)
    throw new RangeError(`expected a whole number from ${min} to ${max}, found ${JSON.stringify(value)}`);
  return whole;
}

function wholeOf(value: unknown): bigint | null {
  if (typeof value === 'string') return /^-?\d{1,20}$/.test(value) ? BigInt(value) : null;
  if (typeof value !== 'number' || !Number.isInteger(value)) return null;
  if (Number.isSafeInteger(value)) return BigInt(value);
  throw new RangeError(`${value} is beyond 2^53 and may have lost digits on its way: send it as a string`);
}
