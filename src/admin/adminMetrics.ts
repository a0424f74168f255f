import type { IncomingMessage } from 'node:http';
import { SluiceError } from '../base/errors.ts';
import type { Metrics } from '../observability/observability.ts';
import type { AdminAnswer } from './adminAnswer.ts';

/** Answers a scrape; refuses with NOT_FOUND or METHOD_NOT_ALLOWED. */
export type AdminMetrics = (request: Pick<IncomingMessage, 'method' | 'headers'>) => Promise<AdminAnswer>;

export function createAdminMetrics(metrics: Metrics | null): AdminMetrics {
  return async ({ method, headers }) => {
    if (!metrics)
      throw new SluiceError(
        'NOT_FOUND',
        'Nothing is counted here: metrics are off (observability.metrics.enabled).',
      );
    if (method !== 'GET' && method !== 'HEAD')
      throw new SluiceError('METHOD_NOT_ALLOWED', '/metrics is read with GET.', {
        headers: { allow: 'GET, HEAD' },
      });
    const { contentType, text } = await metrics.expose(headers.accept);
    return { status: 200, headers: { 'content-type': contentType }, body: text };
  };
}
