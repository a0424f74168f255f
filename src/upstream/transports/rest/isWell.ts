import { askForHealth } from '../askForHealth.ts';
import type { Checking } from '../transport.ts';

/** Whether there is somebody who answers at all: a REST service need not have anything at its own URL. */
export async function isWell(checking: Checking): Promise<boolean> {
  const { path } = checking.target;
  const { status } = await askForHealth({ ...checking, method: 'GET', path, body: null });
  return status < 500;
}
