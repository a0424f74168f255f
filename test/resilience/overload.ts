import { listSdl } from './listSubgraph.ts';
import { type Asked, type Load, percentile, type Shot, startLoad } from './openLoad.ts';
import type { Ends, Row } from './rows.ts';
import { startServing } from './startServing.ts';
import { startWords } from './startWords.ts';

const query = 'query ($id: Int) { list(id: $id) { name rank tags } }';
/** So long it works off what came before it was known that there is too much; after that it is measured. */
const reactionMs = 3000;
const overloadMs = 9000;
const factors = [2, 3, 5] as const;

const isGood = ({ status, codes }: Shot) => status === 200 && codes.length === 0;
const isShed = ({ status }: Shot) => status === 503;
const round = (ms: number) => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0));

/** More than the gateway can do: clients that do not wait send two, three and five times as much as it can answer. */
export async function overload(ends: Ends): Promise<Row> {
  const list = ends.adopt(await startWords({ file: 'listSubgraph.ts', isPinned: true }), (each) =>
    each.kill(),
  );
  const settings = { upstream: { join: false }, isPinned: true };
  const serving = ends.adopt(
    await startServing([{ name: 'list', sdl: listSdl, ports: [list.port] }], settings),
    (each) => each.stop(),
  );
  const headers = { 'x-api-key': await serving.key('list:read') };
  const anonymous: Asked = { tag: 'anonymous', query };
  const asked = [anonymous, anonymous, { tag: 'signed in', query, headers }, anonymous, anonymous];
  const load = ends.adopt(await startLoad(serving.endpoint, { isPinned: true }), (each) => each.stop());
  const run = (rate: Parameters<Load['run']>[0]['rate'], durationMs: number) =>
    load.run({ rate, durationMs, asked, numbered: true, readBodies: false });
  // Code that is not compiled yet would make the peak a low one.
  await run({ clients: 16 }, 15_000);
  const full = (await run({ clients: 16 }, 6000)).filter(isGood);
  const peak = full.length / 6;
  const easy = percentile((await run({ perSecond: peak * 0.8 }, 5000)).filter(isGood), 0.99);
  const measured = [
    `peak ${peak.toFixed(0)}/s (16 clients who wait for their answers), p99 ${round(easy)} ms at 80 % of it`,
  ];
  let reached = true;
  for (const factor of factors) {
    const shots = (await run({ perSecond: peak * factor }, overloadMs)).filter(
      ({ atMs }) => atMs > reactionMs,
    );
    const after = await run({ perSecond: peak / 2 }, 7000);
    const good = shots.filter(isGood);
    const shed = shots.filter(isShed);
    const share = good.length / ((overloadMs - reactionMs) / 1000) / peak;
    const shedP99 = percentile(shed, 0.99);
    const others = shots.length - good.length - shed.length;
    const calmMs = Math.max(
      0,
      ...after.filter((shot) => !isGood(shot) || shot.ms > easy * 2).map(({ atMs }) => atMs),
    );
    const signedIn = shots.filter(({ tag }) => tag === 'signed in');
    measured.push(
      `${factor}×: goodput ${(share * 100).toFixed(0)} % of peak, its p50 ${round(percentile(good, 0.5))} ms, p99 ${round(percentile(good, 0.99))} ms; ${shed.length} of ${shots.length} shed, p50 ${round(percentile(shed, 0.5))} ms, p99 ${round(shedP99)} ms; ${((signedIn.filter(isGood).length / signedIn.length) * 100).toFixed(1)} % of those with a key answered; ${others} neither; back to normal after ${round(calmMs)} ms`,
    );
    reached &&= share >= 0.9 && shedP99 <= 20 && calmMs <= 5000 && others === 0;
  }
  return {
    fault: `2 ×, 3 × and 5 × of what the gateway can answer${serving.isPinned ? '; it has a core of its own, the load and the subgraph share the other' : ''}`,
    goal: 'goodput at least 90 % of peak, shed answers p99 at most 20 ms, back to normal in at most 5 s',
    measured,
    reached,
  };
}
