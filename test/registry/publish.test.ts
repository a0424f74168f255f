import { afterEach, describe, expect, test } from '@jest/globals';
import { sha256 } from '../../src/base/sha256.ts';
import type { Supergraph } from '../../src/model/supergraph.ts';
import { onEachStore } from '../support/stores.ts';
import { createRegistryFixture, edition, subgraph } from './registryFixture.ts';

onEachStore((store) => {
  const fixture = createRegistryFixture(store);
  afterEach(() => fixture.end());

  const ann = { author: 'ann' };

  describe('publish', () => {
    test('a first subgraph is version 1, in force at once, and survives a restart', async () => {
      const { registry, dir, close } = await fixture.start();
      expect(registry.current()).toBeNull();
      expect(await registry.supergraph()).toBeNull();

      const outcome = await registry.publish([edition('cities', 1)], ann);

      expect(outcome).toEqual({
        version: 1,
        changed: true,
        report: { errors: [], hints: [], changes: [], comparedWith: null, operations: null },
      });
      const served = registry.current();
      expect(served).toMatchObject({ version: 1, hash: sha256(served?.sdl ?? '') });
      expect(served?.sdl).toContain('cities1: Int');
      expect(served?.subgraphs).toEqual([
        expect.objectContaining({ name: 'cities', version: 1, author: 'ann', source: 'publish' }),
      ]);

      await close();
      const again = await fixture.open(dir);
      expect(again.registry.current()).toEqual(served);
      expect(again.registry.state()).toEqual({ origin: 'store', fault: null });
      expect(again.errors()).toEqual([]);
    });

    test('several subgraphs that need each other become one version', async () => {
      const { registry } = await fixture.start();
      const countries = subgraph('countries', 'type Country @key(fields: "code") { code: ID! name: String }');
      const cities = subgraph(
        'cities',
        'type Query { city: City }\ntype City { country: Country }\ntype Country @key(fields: "code", resolvable: false) { code: ID! }',
      );

      await expect(registry.publish([countries], ann)).rejects.toMatchObject({ code: 'COMPOSITION_FAILED' });
      const { version } = await registry.publish([countries, cities], ann);

      expect(version).toBe(1);
      expect((await registry.subgraphs()).map(({ name }) => name)).toEqual(['cities', 'countries']);
      expect(await registry.history({ limit: 10 })).toEqual([
        expect.objectContaining({
          version: 1,
          kind: 'publish',
          changed: ['countries', 'cities'],
          author: 'ann',
        }),
      ]);
    });

    test('listeners hear of each change until they stop, and one that throws does no harm', async () => {
      const { registry, errors } = await fixture.start();
      const heard: Array<number | null> = [];
      registry.onChange(() => {
        throw new Error('a faulty listener');
      });
      const stop = registry.onChange((supergraph: Supergraph) => heard.push(supergraph.version));
      await registry.publish([edition('cities', 1)], ann);
      await registry.publish([edition('cities', 2)], ann);
      stop();
      await registry.publish([edition('cities', 3)], ann);
      expect(heard).toEqual([1, 2]);
      expect(errors()).toEqual(Array(3).fill('A listener failed on a new supergraph'));
    });

    test('the same content and URL change nothing; another URL does', async () => {
      const { registry } = await fixture.start();
      const cities = edition('cities', 1);
      await registry.publish([cities], ann);
      expect(await registry.publish([cities], { author: 'bob' })).toMatchObject({
        version: 1,
        changed: false,
      });
      expect(await registry.history({ limit: 10 })).toHaveLength(1);

      const moved = { ...cities, url: 'http://127.0.0.1:5000/' };
      expect(await registry.publish([moved], ann)).toMatchObject({ version: 2, changed: true });
      expect(registry.current()?.sdl).toContain('http://127.0.0.1:5000/');
      expect(registry.current()?.subgraphs[0]).toMatchObject({ version: 2, url: 'http://127.0.0.1:5000/' });
    });

    test('names that objects inherit are names like any other', async () => {
      const { registry } = await fixture.start();
      const sdl =
        'type Query { constructor: toString hasOwnProperty: Int }\ntype toString { valueOf: Int }\nenum isPrototypeOf { a }';
      await registry.publish(
        [
          { ...edition('x', 1), name: 'constructor' },
          { ...edition('y', 1), name: 'hasOwnProperty' },
        ],
        ann,
      );
      await registry.publish([subgraph('toString', sdl)], ann);
      expect((await registry.subgraphs()).map(({ name }) => name)).toEqual([
        'constructor',
        'hasOwnProperty',
        'toString',
      ]);
      expect(registry.current()?.sdl).toContain('hasOwnProperty: Int');
    });
  });

  describe('a repeated publish', () => {
    test('with its idempotency key is the same version, also after others and after a restart', async () => {
      const { registry, dir, close } = await fixture.start();
      const once = { author: 'ann', idempotencyKey: 'build-17' };
      const first = await registry.publish([edition('cities', 1)], once);
      await registry.publish([edition('cities', 2)], ann);
      expect(await registry.publish([edition('cities', 1)], once)).toEqual({ ...first, changed: false });
      await close();

      const again = await fixture.open(dir);
      expect(await again.registry.publish([edition('cities', 1)], once)).toMatchObject({
        version: 1,
        changed: false,
      });
      expect(again.registry.current()?.version).toBe(2);
    });

    test('twice at once is one version', async () => {
      const { registry } = await fixture.start();
      const once = { author: 'ann', idempotencyKey: 'build-17' };
      const outcomes = await Promise.all([1, 2, 3].map(() => registry.publish([edition('cities', 1)], once)));
      expect(outcomes.map(({ version }) => version)).toEqual([1, 1, 1]);
      expect(outcomes.filter(({ changed }) => changed)).toHaveLength(1);
    });

    test('of another change with the same key is refused', async () => {
      const { registry } = await fixture.start();
      const once = { author: 'ann', idempotencyKey: 'build-17' };
      await registry.publish([edition('cities', 1)], once);
      await expect(registry.publish([edition('cities', 2)], once)).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        message: 'The idempotency key "build-17" was used for another change, version 1',
      });
      await expect(registry.rollback(1, once)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    });

    test('after a refusal is tried anew: only what was done is remembered', async () => {
      const { registry } = await fixture.start();
      const once = { author: 'ann', idempotencyKey: 'build-17' };
      await registry.publish([edition('cities', 1)], ann);
      const needy = subgraph('needy', 'type Query { thing: Missing }');
      await expect(registry.publish([needy], once)).rejects.toMatchObject({ code: 'COMPOSITION_FAILED' });
      expect(await registry.publish([edition('needy', 1)], once)).toMatchObject({
        version: 2,
        changed: true,
      });
    });
  });

  describe('breaking changes', () => {
    const before = subgraph('cities', 'type Query { city: String town: String }');
    const after = subgraph('cities', 'type Query { city: String }');

    test('refuse a publish, with the reasons and how to force it', async () => {
      const { registry } = await fixture.start();
      await registry.publish([before], ann);
      await expect(registry.publish([after], ann)).rejects.toMatchObject({
        code: 'COMPOSITION_FAILED',
        status: 422,
        message:
          "Publishing cities would break clients: Field 'town' was removed from object type 'Query'; publish with allowBreaking to do it anyway",
        extensions: { changes: [{ severity: 'BREAKING', kind: 'FIELD_REMOVED', coordinate: 'Query.town' }] },
      });
      expect(registry.current()?.version).toBe(1);
      expect(await registry.publish([after], { ...ann, allowBreaking: true })).toMatchObject({
        version: 2,
        report: { changes: [{ severity: 'BREAKING' }], comparedWith: 1 },
      });
    });

    test('are let through where the options say so, unless the publish says otherwise', async () => {
      const { registry } = await fixture.start({ options: { breakingChanges: 'allow' } });
      await registry.publish([before], ann);
      await expect(registry.publish([after], { ...ann, allowBreaking: false })).rejects.toMatchObject({
        code: 'COMPOSITION_FAILED',
      });
      expect(await registry.publish([after], ann)).toMatchObject({ version: 2 });
    });
  });
});
