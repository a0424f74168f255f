import { connect } from 'node:http2';
import { urlFault } from '../../../base/forbiddenAddress.ts';
import { http2Socket } from '../../../base/http2Socket.ts';
import { TranslationFault } from '../../translationFault.ts';
import { gatherFiles, type ReflectedFile } from './gatherFiles.ts';
import { openReflection, ReflectionEnd } from './openReflection.ts';

interface ReflectOptions {
  /** Sent along as metadata. */
  readonly headers: Readonly<Record<string, string>>;
}

/** For all of it. */
const timeoutMs = 10_000;
const unimplemented = 12;

/**
 * Asks a gRPC service for the .proto files of its methods, by its reflection of either version. It may be anybody's URL: no more is taken than
 * a .proto file may hold, and no address called that must not be. Throws a TranslationFault that says why they cannot be had.
 */
export async function reflect(url: string, { headers }: ReflectOptions): Promise<readonly ReflectedFile[]> {
  const fault = urlFault(url);
  if (fault) throw unreadable(url, `it ${fault}`);
  const target = new URL(url);
  const session = connect(target.origin, {
    createConnection: () => http2Socket(target, null),
    settings: { enablePush: false },
  });
  let late: Error | null = null;
  const timer = setTimeout(() => {
    late = new Error(`no answer within ${timeoutMs} ms`);
    session.destroy(late);
  }, timeoutMs);
  let broken: Error | null = null;
  session.on('error', (failure) => {
    broken = failure;
  });
  const ask = async (version: 'v1' | 'v1alpha'): Promise<readonly ReflectedFile[]> => {
    const stream = openReflection(session, { url: target, version, headers });
    try {
      return await gatherFiles(stream);
    } finally {
      stream.close();
    }
  };
  try {
    try {
      return await ask('v1');
    } catch (failure) {
      if (!(failure instanceof ReflectionEnd) || failure.status !== unimplemented) throw failure;
      return await ask('v1alpha');
    }
  } catch (failure) {
    const why = late ?? broken ?? (failure as Error);
    const isWithout = why instanceof ReflectionEnd && why.status === unimplemented;
    throw unreadable(url, isWithout ? 'it has no reflection: give its .proto file' : why.message);
  } finally {
    clearTimeout(timer);
    session.destroy();
  }
}

function unreadable(url: string, why: string): TranslationFault {
  return new TranslationFault(`The reflection of ${url} cannot be read: ${why}.`);
}
