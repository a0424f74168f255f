import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Frame } from './frameReader.ts';

const deflate = promisify(gzip);

/** A smaller message does not get smaller by much. */
const leastBytes = 1024;

/** A message with its head, as it is sent. */
export async function frameOf(message: Buffer, compression: 'gzip' | 'identity'): Promise<Frame> {
  const isCompressed = compression === 'gzip' && message.length >= leastBytes;
  const body = isCompressed ? await deflate(message) : message;
  const bytes = Buffer.allocUnsafe(body.length + 5);
  bytes[0] = isCompressed ? 1 : 0;
  bytes.writeUInt32BE(body.length, 1);
  body.copy(bytes, 5);
  return { isCompressed, bytes };
}
