/** Waits until something is so that comes about beside the requests; fails where it does not. */
export async function settled(isSo: () => Promise<boolean>): Promise<void> {
  const endsAtMs = Date.now() + 15_000;
  while (!(await isSo())) {
    if (Date.now() > endsAtMs) throw new Error('It did not come to be so in 15 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
