import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where a Chromium is; null where none is installed. `SLUICE_CHROMIUM` names one that stands elsewhere. */
export function chromiumPath(): string | null {
  const { SLUICE_CHROMIUM: named } = process.env;
  return named ?? candidates.find((path) => existsSync(path)) ?? null;
}

export async function openBrowser(executablePath: string): Promise<Browser> {
  // Root has no sandbox of Chromium's; what is opened here is our own page.
  return await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
  });
}
