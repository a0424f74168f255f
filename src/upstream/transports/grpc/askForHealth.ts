import { ByteBudget } from '../../byteBudget.ts';
import type { Sending } from '../transport.ts';
import { type GrpcReply, tryOverGrpc } from './tryOverGrpc.ts';

type HealthQuestion = Pick<Sending, 'target' | 'timeoutMs' | 'signal' | 'clock'>;

/** Asks by the health protocol of gRPC, which many have: whoever does not know it is there, too. Rejects when nobody is. */
export async function askForHealth(question: HealthQuestion, subgraph: string): Promise<GrpcReply> {
  const { target, ...bounds } = question;
  return await tryOverGrpc({
    ...bounds,
    subgraph,
    channel: target.channel,
    path: `${target.path.replace(/\/$/, '')}/grpc.health.v1.Health/Check`,
    headers: {},
    message: Buffer.alloc(0),
    isCut: false,
    budget: new ByteBudget(64 * 1024),
    maxMessages: 10,
  });
}
