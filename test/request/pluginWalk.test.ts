import { describe, expect, test } from '@jest/globals';
import type { GatewayPlugin, Passage } from '../../src/model/gatewayPlugin.ts';
import { aroundCalls, createPluginWalk } from '../../src/request/request.ts';

const passage = { arrival: { signal: new AbortController().signal } } as Passage;
const chosen = {} as never;

describe('the walk through the plugins', () => {
  test('has nothing to call where no plugin has the moment', () => {
    expect(createPluginWalk([{}])).toEqual({
      admit: null,
      identified: null,
      batch: null,
      document: null,
      operation: null,
    });
    const call = async () => ({ data: null, errors: null, extensions: null });
    expect(aroundCalls([{}], call)).toBe(call);
  });

  test('costs no turn of the queue when nobody waits', () => {
    const asked: string[] = [];
    const walk = createPluginWalk([
      { admit: () => void asked.push('first') },
      { admit: () => void asked.push('second') },
    ]);
    expect(walk.admit?.(passage)).toBeUndefined();
    expect(asked).toEqual(['first', 'second']);
    const settle = () => undefined;
    expect(createPluginWalk([{ operation: () => settle }]).operation?.([passage, chosen], null)).toEqual([
      settle,
    ]);
  });

  test('asks a plugin only when the one before has finished', async () => {
    const asked: string[] = [];
    const slow: GatewayPlugin = {
      async admit() {
        asked.push('begins');
        await new Promise((done) => setImmediate(done));
        asked.push('ends');
      },
    };
    const walk = createPluginWalk([slow, { admit: () => void asked.push('next') }, slow]);
    await walk.admit?.(passage);
    expect(asked).toEqual(['begins', 'ends', 'next', 'begins', 'ends']);
  });

  test.each(['throws', 'rejects'])('ends with the first that %s', async (how) => {
    const asked: string[] = [];
    const refusing: GatewayPlugin = {
      admit() {
        if (how === 'throws') throw new Error('no');
        return Promise.reject(new Error('no'));
      },
    };
    const walk = createPluginWalk([refusing, { admit: () => void asked.push('next') }]);
    await expect((async () => walk.admit?.(passage))()).rejects.toThrow('no');
    expect(asked).toEqual([]);
  });

  test('keeps `this` of a plugin that is an object of a class', () => {
    class Counting implements GatewayPlugin {
      #asked = 0;
      admit() {
        this.#asked += 1;
        if (this.#asked > 1) throw new Error(`asked ${this.#asked} times`);
      }
    }
    const walk = createPluginWalk([new Counting()]);
    walk.admit?.(passage);
    expect(() => walk.admit?.(passage)).toThrow('asked 2 times');
  });

  test('tells those who were asked for an operation when a later one refuses it', async () => {
    const told: unknown[] = [];
    const counting: GatewayPlugin = { operation: () => (ending) => void told.push(ending.executed) };
    const refusing: GatewayPlugin = { operation: () => Promise.reject(new Error('no')) };
    const walk = createPluginWalk([counting, refusing, counting]);
    await expect(walk.operation?.([passage, chosen], null)).rejects.toThrow('no');
    expect(told).toEqual([false]);
  });

  test('tells them too when the client left while one was waited for', async () => {
    const left = AbortSignal.abort(new Error('The client went away'));
    const told: unknown[] = [];
    const walk = createPluginWalk([{ operation: async () => (ending) => void told.push(ending.executed) }]);
    const leaving = { arrival: { signal: left } } as Passage;
    await expect(walk.operation?.([leaving, chosen], null)).rejects.toThrow('The client went away');
    expect(told).toEqual([false]);
  });

  test('puts the first plugin outermost around a call', async () => {
    const said: string[] = [];
    const around = (name: string): GatewayPlugin => ({
      async subgraphCall(call, next) {
        said.push(`${name} before`);
        const result = await next(call);
        said.push(`${name} after`);
        return result;
      },
    });
    const call = aroundCalls([around('first'), {}, around('second')], async () => {
      said.push('call');
      return { data: 1, errors: null, extensions: null };
    });
    expect(await call({} as never)).toEqual({ data: 1, errors: null, extensions: null });
    expect(said).toEqual(['first before', 'second before', 'call', 'second after', 'first after']);
  });
});
