import type { GatewayPlugin } from '../../../src/model/gatewayPlugin.ts';

/** Notes what it decides: once well, once in a way that cannot be told. */
const noteSome: GatewayPlugin = {
  identified(passage) {
    passage.decided('colour', { name: 'green' }, ({ name }) => ({
      text: `painted ${name}`,
      facts: { name },
    }));
    passage.decided('broken', null, () => {
      throw new Error('It cannot be told');
    });
    passage.decided('broken', 1n, (facts) => ({ text: 'no JSON', facts: { facts } }));
  },
};

export default noteSome;
