export function textIn(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
