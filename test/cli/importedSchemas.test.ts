import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/adminClient.ts';
import { shelfOpenapi } from '../support/shelfOpenapi.ts';
import { type Folder, sluice, temporaryFolder } from '../support/sluiceProcess.ts';
import { type RestService, startRestService } from '../support/startRestService.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const proto = `syntax = "proto3"; package shop.v1;
service Stock { rpc GetItem(GetItemRequest) returns (Item); }
message GetItemRequest { string id = 1; }
message Item { string id = 1; string full_name = 2; }
`;
const mapping = 'type Item { name: String @wire(name: "full_name")  fullName: String @omit }';

describe('schemas that are made of what services say of themselves', () => {
  let gateway: TestGateway;
  let folder: Folder;
  let shelf: RestService;
  let stock: Server;
  let stockUrl: string;

  beforeAll(async () => {
    folder = await temporaryFolder();
    const file = await folder.write('stock.proto', proto);
    await folder.write('shelf.json', shelfOpenapi);
    await folder.write('mapping.graphql', mapping);
    await folder.write('bad.proto', 'syntax = "proto3"; message Item {');
    shelf = await startRestService('shelf', {
      openapi: shelfOpenapi,
      answer: ({ url }) => ({ body: { title: url } }),
    });
    const definition = loadSync(file, { keepCase: true });
    stock = new Server();
    const found = loadPackageDefinition(definition) as never as {
      shop: { v1: { Stock: ServiceClientConstructor } };
    };
    stock.addService(found.shop.v1.Stock.service, {
      GetItem: ({ request }: { request: { id: string } }, answer: (failure: null, item: object) => void) =>
        answer(null, { id: request.id, full_name: `Item ${request.id}` }),
    });
    new ReflectionService(definition).addToServer(stock);
    const port = await new Promise<number>((resolve, reject) => {
      stock.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (failure, bound) =>
        failure ? reject(failure) : resolve(bound),
      );
    });
    stockUrl = `http://127.0.0.1:${port}`;
    gateway = await startTestGateway({
      settings: { subgraphs: { told: { routing_url: stockUrl, schema: { reflection: true } } } },
    });
    await gateway.ready();
  });
  afterAll(async () => {
    await gateway.stop();
    await shelf.stop();
    stock.forceShutdown();
    await folder.remove();
  });

  const run = (...args: string[]) => sluice([...args, '--admin', gateway.adminUrl], { cwd: folder.path });
  const ask = async (query: string) => (await gateway.query(query)).body;

  test('a service that supergraph.yaml lists with `reflection: true` is asked and served', async () => {
    expect(await ask('{ getItem(id: "1") { fullName } }')).toEqual({
      data: { getItem: { fullName: 'Item 1' } },
    });
    const { stdout } = await run('subgraphs');
    expect(stdout).toMatch(new RegExp(`told .*grpc +reflection:${stockUrl}`));
  });

  test('publish --openapi shows what it makes, and then that it is published', async () => {
    const publish = ['publish', 'shelf', '--openapi', 'shelf.json', '--url', shelf.url];
    const { status, stdout, stderr } = await run(...publish);
    expect([status, stderr]).toEqual([0, '']);
    const [sdl = '', outcome = ''] = stdout.split(/\n\n(?=shelf is published)/);
    expect(sdl).toContain('getBook(id: String!): GetBookResult @rest(get: "/books/{id}")');
    expect(outcome).toMatch(/^shelf is published: supergraph version 2\.\n/);
    expect(await ask('{ getBook(id: "7") { title } }')).toEqual({
      data: { getBook: { title: '/v1/books/7' } },
    });
    const printed = await run('check', 'shelf', '--openapi', 'shelf.json', '--print');
    expect(printed).toEqual({ status: 0, stdout: `${sdl}\n`, stderr: '' });
    expect(await run(...publish)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Nothing changed'),
    });
  });

  test('publish --proto does, with a mapping over it', async () => {
    const made = ['--proto', 'stock.proto', '--mapping', 'mapping.graphql', '--url', stockUrl];
    const { status, stdout } = await run('publish', 'told', ...made, '--allow-breaking');
    expect(status).toBe(0);
    expect(stdout.indexOf('name: String @wire(name: "full_name")')).toBeGreaterThan(0);
    expect(stdout.indexOf('told is published')).toBeGreaterThan(stdout.indexOf('type Item'));
    await eventually(async () => ((await ask('{ getItem(id: "2") { name } }')).data ? true : null));
    expect(await ask('{ getItem(id: "2") { name } }')).toEqual({ data: { getItem: { name: 'Item 2' } } });
  });

  test('publish --reflect asks the service', async () => {
    const { status, stdout } = await run(
      'publish',
      'told',
      '--reflect',
      stockUrl,
      '--allow-breaking',
      '--json',
    );
    expect([status, JSON.parse(stdout)]).toMatchObject([0, { changed: true }]);
    await eventually(async () => ((await ask('{ getItem(id: "3") { fullName } }')).data ? true : null));
    const printed = await run('publish', 'other', '--reflect', stockUrl, '--print');
    expect(printed.stdout).toContain('@grpc(method: "shop.v1.Stock/GetItem")');
  });

  test.each([
    [['--proto', 'stock.proto', '--reflect', 'http://a/'], 2, /exclude each other: give one of them/],
    [['--mapping', 'mapping.graphql'], 2, /go with --proto, --openapi or --reflect/],
    [['--reflect', 'http://a/', '--include', '.'], 2, /a service tells of all its files/],
    [['--proto', 'gone.proto'], 1, /gone\.proto cannot be read: ENOENT/],
    [['--proto', 'bad.proto'], 1, /bad\.proto cannot be read as a \.proto file/],
    [['--openapi', 'stock.proto'], 1, /stock\.proto/],
    [['--reflect', 'http://127.0.0.1:9'], 1, /The reflection of http:\/\/127\.0\.0\.1:9 cannot be read/],
    [['--openapi', 'http://169.254.169.254/x'], 1, /a link-local or metadata address/],
  ])('publish %j changes nothing and says why', async (args, status, message) => {
    const ended = await run('publish', 'told', ...args);
    expect(ended).toMatchObject({ status, stdout: '', stderr: expect.stringMatching(message) });
  });
});
