const command = 'npm ci && npm test';

/** The README tells people the very command that CI runs. `null` stands for a file that is not there. */
export function testCommand(texts: {
  readonly readme: string | null;
  readonly ciRun: string | null;
}): readonly string[] {
  const named = [
    ['README.md', texts.readme],
    ['.ci/run', texts.ciRun],
  ] as const;
  return named.flatMap(([path, text]) => {
    if (text === null) return [`${path} is missing; it has to name the test command: ${command}`];
    return text.split('\n').some((line) => line.replace(/\s+#.*$/, '').trim() === command)
      ? []
      : [`${path} has no line that is the test command and nothing else: ${command}`];
  });
}
