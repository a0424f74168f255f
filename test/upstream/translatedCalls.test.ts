import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { askAdmin, eventually } from '../support/adminClient.ts';
import { shelfOpenapi } from '../support/shelfOpenapi.ts';
import { type Collector, startCollector } from '../support/startCollector.ts';
import { type GrpcService, startGrpcService } from '../support/startGrpcService.ts';
import {
  type RestAnswer,
  type RestReceived,
  type RestService,
  startRestService,
} from '../support/startRestService.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';
import { mapping, methods, proto } from './grpcStock.ts';

const shelfMapping = `
directive @cacheControl(maxAge: Int) on FIELD_DEFINITION | OBJECT
type GetBookResult @cacheControl(maxAge: 3600) { title: String }
`;

/** By the id of the book, what the service says of keeping it. */
function answerBook({ url }: RestReceived): RestAnswer {
  const id = decodeURIComponent(url.slice('/v1/books/'.length));
  if (id === '1') return { status: 400, body: { detail: 'not so' } };
  return { body: { title: id }, headers: { 'cache-control': id } };
}

describe('what is seen of calls to a gRPC and to a REST service', () => {
  let stock: GrpcService;
  let shelf: RestService;
  let collector: Collector;
  let gateway: TestGateway;
  let requestId: string | null;

  beforeAll(async () => {
    [stock, shelf, collector] = await Promise.all([
      startGrpcService('stock', { proto, mapping, service: 'shop.v1.Stock', methods }),
      startRestService('shelf', { openapi: shelfOpenapi, mapping: shelfMapping, answer: answerBook }),
      startCollector(),
    ]);
    const traces = { endpoint: collector.endpoint, sampling: 1, interval: '100ms' };
    gateway = await startTestGateway({ subgraphs: [stock, shelf], settings: { observability: { traces } } });
    const query = 'query Seen { getItem(id: "1") { fullName } getBook(id: "1") { title } }';
    const { body, headers } = await gateway.query(query);
    expect(body).toMatchObject({
      data: { getItem: { fullName: 'Item 1' }, getBook: null },
      errors: [{ message: 'not so', path: ['getBook'], extensions: { code: 'BAD_USER_INPUT' } }],
    });
    requestId = headers.get('x-request-id');
  });
  afterAll(async () => {
    await gateway.stop();
    await Promise.all([stock.stop(), shelf.stop(), collector.stop()]);
  });

  test('their spans stand in the trace, with the protocol, and go on to the service', async () => {
    const spans = await eventually(() => {
      const tries = collector.spans.filter(({ name }) => name.startsWith('try '));
      return tries.length === 2 ? collector.spans : null;
    });
    const attributesOf = (name: string) => spans.find((span) => span.name === name)?.attributes;
    expect(attributesOf('subgraph stock')).toMatchObject({
      'sluice.subgraph.protocol': 'grpc',
      'sluice.call.tries': 1,
    });
    expect(attributesOf('subgraph shelf')).toMatchObject({ 'sluice.subgraph.protocol': 'rest' });
    expect(attributesOf('try stock')).toMatchObject({ 'rpc.system': 'grpc' });
    const traceId = spans.find(({ name }) => name === 'subgraph stock')?.traceId;
    expect(stock.received[0]?.metadata.get('traceparent')).toEqual([
      expect.stringContaining(String(traceId)),
    ]);
    expect(shelf.received[0]?.headers.traceparent).toContain(traceId);
  });

  test('metrics count them, and say how each is spoken to', async () => {
    const text = await (await fetch(new URL('/metrics', gateway.adminUrl))).text();
    for (const line of [
      'sluice_upstream_protocol_info{subgraph_name="stock",protocol="grpc"} 1',
      'sluice_upstream_protocol_info{subgraph_name="shelf",protocol="rest"} 1',
    ])
      expect(text).toContain(line);
    for (const name of ['stock', 'shelf'])
      expect(text).toMatch(
        new RegExp(`sluice_subgraph_response_bytes_total\\{subgraph_name="${name}"\\} [1-9]`),
      );
  });

  test('the explanation tells of them, with what came', async () => {
    const query = `{ explain(id: "${requestId}") { decisions { text } } }`;
    const told = await eventually(async () => {
      const { explain } = await askAdmin<{ explain: { decisions: { text: string }[] }[] }>(gateway, query);
      return explain[0]?.decisions.map(({ text }) => text) ?? null;
    });
    expect(told).toContainEqual(expect.stringMatching(/^stock \(grpc\): [1-9]\d* bytes after /));
    expect(told).toContainEqual(
      expect.stringMatching(/^shelf \(rest\): BAD_USER_INPUT, [1-9]\d* bytes after /),
    );
  });

  test('the usage record counts them', async () => {
    const query = '{ usage(lastSeconds: 3600) { operation(id: "Seen") { now { calls subgraphCalls } } } }';
    interface Usage {
      readonly usage: { readonly operation: { readonly now: object } | null };
    }
    const now = await eventually(
      async () => (await askAdmin<Usage>(gateway, query)).usage.operation?.now ?? null,
    );
    expect(now).toEqual({ calls: 1, subgraphCalls: 2 });
  });

  test.each([
    ['max-age=60', 1, /max-age=(?:60|59|58|57)\b/],
    ['no-store', 2, /no-store/],
    ['max-age=0', 2, /max-age=0|no-store/],
  ])('what a REST service says of keeping its answer holds: %s', async (said, calls, told) => {
    shelf.received.length = 0;
    const query = `{ getBook(id: "${said}") { title } }`;
    const { body, headers } = await gateway.query(query);
    expect(body).toEqual({ data: { getBook: { title: said } } });
    expect(headers.get('cache-control')).toMatch(told);
    expect((await gateway.query(query)).body).toEqual(body);
    expect(shelf.received).toHaveLength(calls);
  });
});
