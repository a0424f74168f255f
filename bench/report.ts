import { cpus, totalmem } from 'node:os';
import type { CacheFigures } from './cacheFigures.ts';
import type { Gateway } from './gateways/gateways.ts';
import type { Figures, Measured } from './measure.ts';
import type { Options } from './options.ts';
import type { Cores } from './processes.ts';
import type { Workload } from './workloads.ts';

export interface Results {
  readonly gateways: readonly Gateway[];
  readonly workloads: readonly Workload[];
  readonly measured: ReadonlyMap<string, ReadonlyMap<string, Measured>>;
  readonly options: Options;
  readonly cores: Cores | null;
}

/** The page docs/benchmarks.md. */
export function writeReport(results: Results): string {
  const { gateways, workloads, options, cores } = results;
  return [
    '# Benchmarks',
    `Written by \`npm run bench\`${options.seconds === 10 ? '' : ` with \`--seconds ${options.seconds}\``}; run it again on your machine, since only ratios of one run mean much.`,
    `Measured ${new Date().toISOString().slice(0, 10)} on ${cpus()[0]?.model ?? 'an unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Linux, Node ${process.versions.node}.`,
    cores
      ? `Each gateway ran on one core (\`taskset -c ${cores.gateway}\`), subgraphs and load on another (\`taskset -c ${cores.rest}\`).`
      : '**Nothing was pinned** (`taskset` is missing, or there is one core only): figures of different gateways disturb each other.',
    `Load: ${options.connections} connections, each with one request at a time. Figures are medians of ${options.rounds ?? (options.seconds >= 10 ? 5 : 3)} rounds in which the gateways took turns; ` +
      `${options.seconds} s are measured of each gateway in each workload, after a warm-up of at least 3 s.`,
    '## In short',
    'CPU time of a gateway per request, in ms; user and system, all its processes and threads. In brackets: how many times what Sluice takes.',
    shortTable(results),
    ...geometricMeans(results),
    '## What was asked',
    table(
      ['workload', 'what it is', 'bodies', 'answer'],
      workloads.map((workload) => [
        `\`${workload.name}\``,
        workload.describes,
        String(workload.bodies.length),
        answerSize(results, workload),
      ]),
    ),
    'The subgraphs (accounts, inventory, products, reviews) answer from memory, with what graphql-js computed when a body was first seen. ' +
      'Every gateway was asked up to 40 of the bodies before and after measuring, and its answers compared with those of graphql-js over all data as one schema; a wrong answer stands in the table instead of a figure.',
    '`big`, `small` and `one` repeat one operation, so a gateway that joins identical calls in flight makes fewer of them: see the column of calls.',
    '## Who was measured',
    gateways.map(({ title, note }) => `- **${title}**: ${note}`).join('\n'),
    ...workloads.flatMap((workload) => [`## \`${workload.name}\``, workloadTable(results, workload)]),
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

function shortTable({ gateways, workloads, measured }: Results): string {
  return table(
    ['workload', ...gateways.map(({ title }) => title)],
    workloads.map(({ name }) => {
      const row = measured.get(name);
      const own = figuresOf(row?.get('sluice'));
      return [
        `\`${name}\``,
        ...gateways.map((gateway) => {
          const figures = figuresOf(row?.get(gateway.name));
          if (!figures) return row?.has(gateway.name) ? 'wrong answer' : '–';
          const ratio = own && gateway.name !== 'sluice' ? ` (${times(figures.cpuMs / own.cpuMs)})` : '';
          return `${ms(figures.cpuMs)}${ratio}`;
        }),
      ];
    }),
  );
}

/** Over all workloads in which both answered rightly. */
function geometricMeans({ gateways, workloads, measured }: Results): readonly string[] {
  const lines = gateways.flatMap(({ name, title }) => {
    const ratios = workloads.flatMap((workload) => {
      const own = figuresOf(measured.get(workload.name)?.get('sluice'));
      const other = figuresOf(measured.get(workload.name)?.get(name));
      return own && other ? [other.cpuMs / own.cpuMs] : [];
    });
    if (name === 'sluice' || ratios.length === 0) return [];
    const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
    return [`- ${title}: ${times(mean)} (geometric mean over ${ratios.length} workloads)`];
  });
  return lines.length > 0 ? ['Times the CPU that Sluice takes:', lines.join('\n')] : [];
}

function workloadTable({ gateways, measured }: Results, workload: Workload): string {
  const row = measured.get(workload.name);
  const sluice = figuresOf(row?.get('sluice'));
  const floor = figuresOf(row?.get('floor'));
  const hasCache = gateways.some((gateway) => gateway.hasCache);
  return table(
    [
      'gateway',
      'CPU ms',
      'least–most',
      'requests/s',
      'p50 ms',
      'p99 ms',
      'memory MB',
      'calls',
      ...(hasCache ? ['cache hits', 'cache MB, of at most'] : []),
      '× Sluice',
      '× floor',
    ],
    gateways.flatMap(({ name, title }) => {
      const found = row?.get(name);
      if (!found) return [];
      if ('wrong' in found)
        return [[title, `wrong answer: ${found.wrong.replaceAll('|', '\\|').replaceAll('\n', ' ')}`]];
      const { figures } = found;
      return [
        [
          title,
          ms(figures.cpuMs),
          figures.cpuMsRange.map(ms).join('–'),
          figures.requestsPerSecond.toFixed(0),
          figures.p50Ms.toFixed(1),
          figures.p99Ms.toFixed(1),
          figures.memoryMb.toFixed(0),
          figures.callsPerRequest.toFixed(1),
          ...(hasCache ? cacheCells(figures.cache) : []),
          sluice ? times(figures.cpuMs / sluice.cpuMs) : '–',
          floor ? times(figures.cpuMs / floor.cpuMs) : '–',
        ],
      ];
    }),
  );
}

function cacheCells(cache: CacheFigures | null): readonly string[] {
  if (!cache) return ['–', '–'];
  const { hitRatio, bytes, maxBytes } = cache;
  return [`${(hitRatio * 100).toFixed(1)} %`, `${(bytes / 1e6).toFixed(1)} / ${(maxBytes / 1e6).toFixed(1)}`];
}

function answerSize({ measured }: Results, workload: Workload): string {
  const row = [...(measured.get(workload.name)?.values() ?? [])];
  const figures = row.map(figuresOf).find((found) => found !== null);
  return figures ? `${(figures.answerBytes / 1000).toFixed(1)} KB` : '–';
}

function figuresOf(found: Measured | undefined): Figures | null {
  return found && 'figures' in found ? found.figures : null;
}

function ms(value: number): string {
  return value.toPrecision(value >= 100 ? 4 : 3);
}

function times(ratio: number): string {
  return `${ratio.toPrecision(ratio >= 100 ? 3 : 2)}×`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
