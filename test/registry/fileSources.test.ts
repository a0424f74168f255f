import { afterEach, describe, expect, test } from '@jest/globals';
import type { SubgraphInput } from '../../src/model/registry.ts';
import type { ListedSubgraph } from '../../src/registry/registry.ts';
import { onEachStore } from '../support/stores.ts';
import { createRegistryFixture, edition, subgraph } from './registryFixture.ts';

onEachStore((store) => {
  const fixture = createRegistryFixture(store);
  afterEach(() => fixture.end());

  const ann = { author: 'ann' };

  function listed({ name, url, sdl }: SubgraphInput): ListedSubgraph {
    return { name, url, sdl, source: `file:subgraphs/${name}.graphql` };
  }

  const results = (outcomes: readonly { name: string; result: string }[]) =>
    outcomes.map(({ name, result }) => `${name} ${result}`);

  describe('subgraphs listed with a file', () => {
    test('are published as one version, and once', async () => {
      const { registry, dir, close } = await fixture.start();
      const files = [listed(edition('cities', 0)), listed(edition('trips', 0))];
      expect(await registry.publishFromFiles(files)).toEqual([
        { name: 'cities', result: 'published', version: 1, error: null },
        { name: 'trips', result: 'published', version: 1, error: null },
      ]);
      expect(await registry.subgraphs()).toEqual([
        expect.objectContaining({
          name: 'cities',
          source: 'file:subgraphs/cities.graphql',
          author: 'supergraph.yaml',
        }),
        expect.objectContaining({ name: 'trips', source: 'file:subgraphs/trips.graphql' }),
      ]);
      await close();
      const again = await fixture.open(dir);
      expect(results(await again.registry.publishFromFiles(files))).toEqual([
        'cities unchanged',
        'trips unchanged',
      ]);
      expect(again.registry.current()?.version).toBe(1);
    });

    test('whose file changed are published, the others not', async () => {
      const { registry } = await fixture.start();
      await registry.publishFromFiles([listed(edition('cities', 0)), listed(edition('trips', 0))]);
      const outcomes = await registry.publishFromFiles([
        listed(edition('cities', 1)),
        listed(edition('trips', 0)),
      ]);
      expect(results(outcomes)).toEqual(['cities published', 'trips unchanged']);
      const moved = { ...listed(edition('trips', 0)), url: 'http://127.0.0.1:5999/' };
      expect(results(await registry.publishFromFiles([moved]))).toEqual(['trips published']);
    });

    test('undo neither a rollback, nor an unpublish, nor what was published otherwise', async () => {
      const { registry, dir, close } = await fixture.start();
      const files = [listed(edition('cities', 1)), listed(edition('trips', 0)), listed(edition('users', 0))];
      await registry.publishFromFiles(files);
      await registry.publish([edition('cities', 2)], ann);
      await registry.unpublish('trips', ann);
      await close();

      const again = await fixture.open(dir);
      expect(results(await again.registry.publishFromFiles(files))).toEqual([
        'cities unchanged',
        'trips unchanged',
        'users unchanged',
      ]);
      expect(again.registry.current()?.sdl).toContain('cities2');

      await again.registry.publishFromFiles([listed(edition('cities', 3))]);
      await again.registry.rollback(1, ann);
      expect(results(await again.registry.publishFromFiles([listed(edition('cities', 3))]))).toEqual([
        'cities unchanged',
      ]);
      expect(again.registry.current()?.sdl).not.toContain('cities2');
    });

    test('are known as published also after the store was lost', async () => {
      const { registry, dir, close } = await fixture.start();
      const files = [listed(edition('cities', 1))];
      await registry.publishFromFiles(files);
      await registry.publish([edition('cities', 2)], ann);
      await close();
      await store.lose(await fixture.urlFor(dir));

      const again = await fixture.open(dir);
      expect(again.registry.state().origin).toBe('last-good');
      expect(results(await again.registry.publishFromFiles(files))).toEqual(['cities unchanged']);
      expect(again.registry.current()?.sdl).toContain('cities2');
    });

    test('that are in force already by a publish are no new version, and count as published', async () => {
      const { registry } = await fixture.start();
      await registry.publish([edition('cities', 0)], ann);
      expect(await registry.publishFromFiles([listed(edition('cities', 0))])).toEqual([
        { name: 'cities', result: 'unchanged', version: 1, error: null },
      ]);
      await registry.publish([edition('cities', 1)], ann);
      expect(results(await registry.publishFromFiles([listed(edition('cities', 0))]))).toEqual([
        'cities unchanged',
      ]);
      expect(registry.current()?.version).toBe(2);
    });

    test('that do not compose hold nobody back, and are tried again', async () => {
      const { registry } = await fixture.start();
      const countries = subgraph(
        'countries',
        'type Country @key(fields: "code") { code: ID! next: Country }',
      );
      const cities = subgraph(
        'cities',
        'type Query { home: Country }\ntype Country @key(fields: "code") { code: ID! size: Int }',
      );
      const broken = listed(subgraph('broken', 'type Query {'));
      const clashing = listed(subgraph('clashing', 'type Query { home: Int }'));
      const nameless = { ...listed(edition('x', 0)), name: 'no name' };

      const outcomes = await registry.publishFromFiles([
        nameless,
        broken,
        listed(countries),
        listed(cities),
        clashing,
      ]);

      expect(outcomes).toEqual([
        {
          name: 'no name',
          result: 'refused',
          version: null,
          error: expect.objectContaining({ code: 'BAD_USER_INPUT' }),
        },
        {
          name: 'broken',
          result: 'refused',
          version: null,
          error: expect.objectContaining({
            code: 'COMPOSITION_FAILED',
            message: expect.stringContaining('[broken] Syntax Error'),
          }),
        },
        expect.objectContaining({ name: 'countries', result: 'published' }),
        expect.objectContaining({ name: 'cities', result: 'published' }),
        expect.objectContaining({ name: 'clashing', result: 'refused' }),
      ]);
      const mended = listed(edition('broken', 0));
      expect(
        results(await registry.publishFromFiles([mended, listed(countries), clashing, listed(cities)])),
      ).toEqual(['broken published', 'countries unchanged', 'clashing refused', 'cities unchanged']);
    });

    test('that would break clients are refused, unless that is allowed', async () => {
      const { registry } = await fixture.start();
      await registry.publishFromFiles([listed(edition('cities', 1))]);
      const [refused] = await registry.publishFromFiles([listed(edition('cities', 0))]);
      expect(refused).toMatchObject({
        result: 'refused',
        error: { message: expect.stringContaining('would break clients') },
      });
      expect(
        results(await registry.publishFromFiles([listed(edition('cities', 0))], { allowBreaking: true })),
      ).toEqual(['cities published']);
    });
  });
});
