import { hash } from 'node:crypto';

/** What an entry is called in a shared store; its whole key stands in it. */
export function storedName(key: string): string {
  return `sluice:cache:1:${hash('sha256', key, 'base64url')}`;
}
