import type { GatewayPlugin } from '../model/gatewayPlugin.ts';
import type { OperationCosts } from './operationCosts.ts';

/** Says of every operation what it costs, for those who record it; refuses nothing. */
export function costFacts({ costs, settle }: { costs: OperationCosts; settle: boolean }): GatewayPlugin {
  return {
    operation(_passage, chosen) {
      const { notes } = chosen;
      const price = costs.priceOf(chosen);
      notes.noteEstimate(price.estimate);
      if (!settle) return undefined;
      return ({ answered, readData }) => {
        if (answered) notes.noteMeasured(price.actual(readData()));
      };
    },
  };
}
