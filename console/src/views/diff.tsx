import { folded, lineDiff } from '../data/lineDiff.ts';

/** Lines that are shown; with more the page would be slow. */
const maxShown = 3000;

/** Two texts by what differs in their lines. */
export function Diff({
  name,
  before,
  after,
}: {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}) {
  const lines = folded(lineDiff(before, after));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <div class="diff" role="region" aria-label={`Changes of ${name}`} tabIndex={0}>
      {lines.slice(0, maxShown).map((line, index) =>
        line === null ? (
          <div key={index} class="fold">
            ···
          </div>
        ) : (
          <div key={index} class={line.sign === '+' ? 'plus' : line.sign === '-' ? 'minus' : ''}>
            <span>{line.sign === '-' ? '−' : line.sign}</span>
            <span>{line.text.slice(0, 2000)}</span>
          </div>
        ),
      )}
      {lines.length > maxShown && <div class="fold">{lines.length - maxShown} more lines: see its SDL</div>}
    </div>
  );
}
