import { eventually } from '../support/adminClient.ts';

/** Waits until something is so that comes about beside the requests; fails where it does not. */
export async function settled(isSo: () => Promise<boolean>): Promise<void> {
  await eventually(async () => ((await isSo()) ? true : null), 15_000);
}
