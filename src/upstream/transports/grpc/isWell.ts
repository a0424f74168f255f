import type { Checking } from '../transport.ts';
import { askForHealth } from './askForHealth.ts';

const ok = 0;
const notFound = 5;
const unimplemented = 12;
/** The field `status` of its answer, with the value SERVING. */
const serving = Buffer.from([0x08, 0x01]);

/** Whether it says that it serves, or does not know the question. */
export async function isWell({ target, timeoutMs, signal, clock }: Checking): Promise<boolean> {
  const { status, messages } = await askForHealth({ target, timeoutMs, signal, clock }, '');
  if (status === unimplemented || status === notFound) return true;
  return status === ok && messages[0]?.equals(serving) === true;
}
