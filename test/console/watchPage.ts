import type { Page } from 'playwright-core';

export interface PageWatch {
  /** Console errors, uncaught failures and refusals of the page's policy. */
  readonly faults: string[];
  /** Addresses that were asked on another origin. */
  readonly foreign: string[];
  /** Bytes of what was loaded, as sent, without answers of the API. */
  loadedBytes(): Promise<number>;
}

/** What a page does that its viewer does not see. */
export function watchPage(page: Page, ownUrl: string): PageWatch {
  const faults: string[] = [];
  const foreign: string[] = [];
  const sizes: Promise<number>[] = [];
  const own = new URL(ownUrl).origin;
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (failure) => faults.push(String(failure.stack)));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${own}/`) && !/^(blob|data):/.test(url)) foreign.push(url);
  });
  page.on('requestfinished', (request) => {
    if (/\/(graphql|live|session)$/.test(request.url())) return;
    sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  });
  return {
    faults,
    foreign,
    loadedBytes: async () => (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0),
  };
}
