import type { Test } from '@jest/test-result';
import sequencer from '@jest/test-sequencer';

/** Half a minute each on two cores, or nearly so. Begun last, one of them would be what everybody waits for at the end. */
const heavy = [
  'federation/differential',
  'badInput/badInput',
  'registry/concurrency',
  'limits/accuracy',
  'federation/authorizationRandom',
  'registry/killed',
  'identity/canaries',
  'analytics/store',
  'pipeline/manyPublishes',
  'billing/killed',
  'console/console',
  'analytics/ledger',
  'upstream/leftBehind',
  'cli/serve',
].map((name) => `/test/${name}.test.ts`);

// Its types are those of a module that is not ECMAScript's, which it is.
const Sequencer = sequencer as unknown as typeof sequencer.default;

/** The heavy files first, as jest would find out by itself where it remembers the last run: a fresh clone remembers none. */
export default class HeavyFirst extends Sequencer {
  override async sort(tests: Test[]): Promise<Test[]> {
    const placeOf = ({ path }: Test): number => {
      const place = heavy.findIndex((end) => path.endsWith(end));
      return place < 0 ? heavy.length : place;
    };
    return (await super.sort(tests)).sort((one, other) => placeOf(one) - placeOf(other));
  }
}
