import './globalSetup.ts';

export default async function globalTeardown(): Promise<void> {
  const run = globalThis.postgresOfRun;
  if (!run) return;
  await (await run.started)?.end();
  await new Promise((resolve) => run.listening.close(resolve));
}
