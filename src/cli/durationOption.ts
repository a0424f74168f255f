import { wrongUsage } from './wrongUsage.ts';

/** Reads an option such as `--expires 90d`; gives milliseconds. */
export async function durationOption(name: string, written: string): Promise<number> {
  const { durationBetween } = await import('../base/quantity.ts');
  const { success, data } = durationBetween('1s', '3650d').safeParse(written);
  if (success) return data;
  throw wrongUsage(
    `${name} is ${JSON.stringify(written)}; it has to be a duration from 1s to 3650d, such as 12h or 90d.`,
  );
}
