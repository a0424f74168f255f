import { afterEach, describe, expect, test } from '@jest/globals';
import { onEachStore } from '../support/stores.ts';
import { createRegistryFixture, edition, subgraph } from './registryFixture.ts';

onEachStore((store) => {
  const fixture = createRegistryFixture(store);
  afterEach(() => fixture.end());

  const ann = { author: 'ann' };

  describe('unpublish', () => {
    test('takes a subgraph out, clients or not, and its versions go on counting', async () => {
      const { registry } = await fixture.start();
      await registry.publish([edition('cities', 0), edition('trips', 0)], ann);
      const outcome = await registry.unpublish('trips', { author: 'bob' });
      expect(outcome).toMatchObject({
        version: 2,
        changed: true,
        report: { changes: [{ severity: 'BREAKING', coordinate: 'Query.trips' }], comparedWith: 1 },
      });
      expect((await registry.subgraphs()).map(({ name }) => name)).toEqual(['cities']);
      await registry.publish([edition('trips', 0)], ann);
      expect((await registry.subgraphs()).find(({ name }) => name === 'trips')).toMatchObject({ version: 2 });
    });

    test('of what is not there, what others need, or the last one is refused', async () => {
      const { registry } = await fixture.start();
      await registry.publish(
        [
          subgraph('countries', 'type Country @key(fields: "code") { code: ID! name: String }'),
          subgraph(
            'cities',
            'type Query { home: Country }\ntype Country @key(fields: "code", resolvable: false) { code: ID! }',
          ),
        ],
        ann,
      );
      await expect(registry.unpublish('nope', ann)).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: 'There is no subgraph named "nope"',
      });
      await expect(registry.unpublish('cities', ann)).rejects.toMatchObject({
        code: 'COMPOSITION_FAILED',
        extensions: { errors: [{ code: 'NO_QUERIES' }] },
      });
      await registry.unpublish('countries', ann);
      await expect(registry.unpublish('cities', ann)).rejects.toMatchObject({
        code: 'COMPOSITION_FAILED',
        message: 'cities is the last subgraph: a supergraph needs one',
      });
      expect(registry.current()?.version).toBe(2);
    });
  });

  describe('rollback', () => {
    test('is a new version with the subgraphs and the very supergraph of an earlier one, also after a restart', async () => {
      const { registry, dir, close } = await fixture.start();
      await registry.publish([edition('cities', 0)], ann);
      await registry.publish([edition('cities', 1)], ann);
      await registry.publish([edition('trips', 0)], ann);
      const former = await registry.supergraph(1);

      const outcome = await registry.rollback(1, { author: 'bob' });

      expect(outcome).toMatchObject({ version: 4, changed: true, report: { comparedWith: 3 } });
      expect(outcome.report.changes.map(({ coordinate }) => coordinate)).toEqual([
        'Query.cities1',
        'Query.trips',
      ]);
      expect(registry.current()).toEqual({ ...former, version: 4 });
      expect((await registry.history({ limit: 1 }))[0]).toEqual({
        version: 4,
        hash: former?.hash,
        kind: 'rollback',
        changed: ['cities', 'trips'],
        rolledBackTo: 1,
        author: 'bob',
        atMs: expect.any(Number),
      });
      await close();
      expect((await fixture.open(dir)).registry.current()).toEqual({ ...former, version: 4 });
    });

    test('to what is in force changes nothing; to what never was is refused', async () => {
      const { registry } = await fixture.start();
      await registry.publish([edition('cities', 0)], ann);
      expect(await registry.rollback(1, ann)).toMatchObject({ version: 1, changed: false });
      for (const version of [0, 2, -1, 1.5]) {
        await expect(registry.rollback(version, ann)).rejects.toMatchObject({
          code: 'NOT_FOUND',
          message: `There is no supergraph version ${version}`,
        });
      }
    });
  });

  describe('history', () => {
    test('is told newest first, page by page, and every version can be had', async () => {
      const { registry } = await fixture.start();
      for (const number of [0, 1, 2, 3]) await registry.publish([edition('cities', number)], ann);
      const page = await registry.history({ limit: 2 });
      expect(page.map(({ version }) => version)).toEqual([4, 3]);
      expect((await registry.history({ limit: 2, before: 3 })).map(({ version }) => version)).toEqual([2, 1]);
      expect((await registry.supergraph(2))?.subgraphs).toEqual([
        expect.objectContaining({ name: 'cities', version: 2 }),
      ]);
      await expect(registry.supergraph(9)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      for (const limit of [0, 501, 1.5]) {
        await expect(registry.history({ limit })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
      }
    });
  });

  describe('check', () => {
    test('says what a publish would do, and does nothing', async () => {
      const { registry } = await fixture.start();
      await registry.publish(
        [
          subgraph(
            'cities',
            'type Query { city(id: ID): City }\ntype City { name: String kind: Kind }\nenum Kind { BIG }',
          ),
        ],
        ann,
      );
      const before = registry.current();

      const report = await registry.check({
        name: 'cities',
        sdl: subgraph(
          '',
          'type Query { city(id: ID!): City }\ntype City { name: String kind: Kind size: Int }\nenum Kind { BIG SMALL }',
        ).sdl,
      });

      expect(report.errors).toEqual([]);
      expect(report.comparedWith).toBe(1);
      expect(
        report.changes.map(({ severity, kind, coordinate }) => `${severity} ${kind} ${coordinate}`),
      ).toEqual([
        'BREAKING FIELD_ARGUMENT_TYPE_CHANGED Query.city.id',
        'DANGEROUS ENUM_VALUE_ADDED Kind.SMALL',
        'SAFE FIELD_ADDED City.size',
      ]);
      expect(registry.current()).toBe(before);
      expect(await registry.history({ limit: 10 })).toHaveLength(1);
    });

    test('tells errors with their places in both subgraphs, and hints', async () => {
      const { registry } = await fixture.start();
      await registry.publish(
        [subgraph('cities', '"""Cities"""\ntype Query {\n  city: String @shareable\n}')],
        ann,
      );
      const clash = await registry.check({
        name: 'towns',
        sdl: subgraph('', 'type Query { city: Int @shareable }').sdl,
      });
      expect(clash).toMatchObject({ changes: [], hints: [], comparedWith: 1 });
      expect(clash.errors).toEqual([
        expect.objectContaining({
          code: 'FIELD_TYPE_MISMATCH',
          places: [
            { subgraph: 'cities', line: 4, column: 3 },
            { subgraph: 'towns', line: 2, column: 14 },
          ],
        }),
      ]);

      const hinted = await registry.check({
        name: 'towns',
        sdl: subgraph('', '"""Towns"""\ntype Query { town: Int }').sdl,
      });
      expect(hinted.hints).toEqual([
        expect.objectContaining({
          code: 'INCONSISTENT_DESCRIPTION',
          places: [
            { subgraph: 'cities', line: 2, column: 1 },
            { subgraph: 'towns', line: 2, column: 1 },
          ],
        }),
      ]);
      expect(hinted.changes).toEqual([
        expect.objectContaining({ severity: 'SAFE', coordinate: 'Query.town' }),
      ]);

      // What was published with hints tells them later, also when it is brought back.
      await registry.publish([subgraph('towns', '"""Towns"""\ntype Query { town: Int }')], ann);
      await registry.unpublish('towns', ann);
      await registry.rollback(2, ann);
      const told = await Promise.all([1, 2, 3, 4, 5].map((version) => registry.hintsOf(version)));
      expect(told).toEqual([[], hinted.hints, [], hinted.hints, null]);
    });

    test('compares what clients see: what is inaccessible is no change', async () => {
      const { registry } = await fixture.start();
      await registry.publish([edition('cities', 0)], ann);
      const { changes } = await registry.check({
        name: 'cities',
        sdl: subgraph('', 'type Query { cities: Int hidden: Int @inaccessible }').sdl,
      });
      expect(changes).toEqual([]);
    });

    test('of a bad name or URL is refused', async () => {
      const { registry } = await fixture.start();
      await expect(registry.check({ name: 'a b', sdl: '' })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
      });
      await expect(registry.check({ name: 'a', sdl: '', url: 'file:///etc' })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
      });
    });
  });
});
