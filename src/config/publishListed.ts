import type { SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';
import { followListed, type ListedOptions, type ListedSubgraphs } from './followListed.ts';
import type { ListedSubgraph } from './listedReader.ts';
import type { SubgraphSettings } from './subgraphSettings.ts';

/** What became of a listed subgraph; the registry's answer. */
interface ListedOutcome {
  readonly name: string;
  /** Null when it was published, or there was nothing to do. */
  readonly error: SluiceError | null;
}

export interface PublishListedParts
  extends Pick<ListedOptions, 'folder' | 'clock' | 'fetchSdl' | 'importSchema'> {
  readonly publish: (listed: readonly ListedSubgraph[]) => Promise<readonly ListedOutcome[]>;
  readonly log: Log;
}

/** A large document leaves out much that nobody misses. */
const maxRemarks = 10;

/** Publishes the subgraphs of supergraph.yaml at the start and whenever their schemas change, and logs what became of it. */
export function publishListed(
  subgraphs: Readonly<Record<string, SubgraphSettings>>,
  { publish, log, ...parts }: PublishListedParts,
): ListedSubgraphs {
  return followListed(subgraphs, {
    ...parts,
    onImported(subgraph, remarks) {
      for (const remark of remarks.slice(0, maxRemarks))
        log.info({ subgraph, remark }, 'a part of a schema was left out');
      if (remarks.length > maxRemarks)
        log.info(
          { subgraph, count: remarks.length },
          'more was left out; `sluice check --print` tells all of it',
        );
    },
    onUnreadable: (subgraph, reason) =>
      log.warn({ subgraph, reason }, 'the schema of a listed subgraph cannot be read; trying again'),
    async onRead(listed) {
      try {
        for (const outcome of await publish(listed)) report(outcome, log);
        return true;
      } catch (failure) {
        log.warn({ err: failure }, 'the listed subgraphs cannot be published; trying again');
        return false;
      }
    },
  });
}

/** What was published the registry tells by itself. */
function report({ name: subgraph, error }: ListedOutcome, log: Log): void {
  if (error)
    log.error({ subgraph, code: error.code, reason: error.message }, 'a listed subgraph was refused');
}
