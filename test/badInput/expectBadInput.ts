import { expect } from '@jest/globals';
import { eventually } from '../support/adminClient.ts';
import type { BadCase, Expected } from './badCase.ts';
import { canaries, type Reply, type Target } from './target.ts';

/** Sends it beside a request that has nothing wrong, and expects its answer, its lines in the log, and no secret in either. */
export async function expectBadInput(target: Target, { send, expect: expected }: BadCase): Promise<void> {
  const linesBefore = target.accessLines().length;
  const logBefore = target.logText().length;

  const [reply] = await Promise.all([send(target), target.control()]);

  expectAnswer(reply, expected);
  const wanted = expected.lines ?? 1;
  await target.control();
  await eventually(() => (target.accessLines().length >= linesBefore + wanted ? true : null));
  const lines = target.accessLines().slice(linesBefore);
  expect(lines).toHaveLength(wanted);
  expectRecord(lines, reply, expected);
  expectNoLeak(JSON.stringify(reply) + target.logText().slice(logBefore), target);
  await expected.check?.(reply, target);
}

function expectAnswer(reply: Reply | null, expected: Expected): void {
  expect(reply?.status ?? null).toBe(expected.status);
  if (reply === null) return;
  expect(reply.headers['x-request-id']).toMatch(/^[\w-]{36}$/);
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    if (typeof value === 'string') expect(reply.headers[name]).toBe(value);
    else expect(reply.headers[name]).toMatch(value);
  }
  const isProblem = reply.headers['content-type'] === 'application/problem+json; charset=utf-8';
  if (expected.code && isProblem) expectProblem(reply, expected);
  else if (expected.code) expectRefusal(reply, expected);
  else if (expected.data !== undefined) expect(JSON.parse(reply.body)).toEqual({ data: expected.data });
}

function expectRefusal(reply: Reply, expected: Expected): void {
  const body = JSON.parse(reply.body) as {
    errors: { message: string; extensions: Record<string, unknown> }[];
  };
  expect(Object.keys(body)).toEqual(['errors']);
  expect(body.errors.length).toBeGreaterThan(0);
  expect(body.errors.length).toBeLessThanOrEqual(expected.maxErrors ?? 1);
  for (const { message, extensions } of body.errors) {
    expect(extensions).toEqual({ code: expected.code, requestId: reply.headers['x-request-id'] });
    expect(message.length).toBeLessThan(1100);
    if (expected.message) expect(message).toMatch(expected.message);
  }
}

/** A refusal as routes tell it. */
function expectProblem(reply: Reply, expected: Expected): void {
  const problem = JSON.parse(reply.body) as { detail: string };
  expect(problem).toEqual({
    type: 'about:blank',
    title: expect.any(String),
    status: reply.status,
    detail: expect.any(String),
    code: expected.code,
    requestId: reply.headers['x-request-id'],
    errors: [expect.objectContaining({ code: expected.code })],
  });
  expect(problem.detail.length).toBeLessThan(1100);
  if (expected.message) expect(problem.detail).toMatch(expected.message);
}

function expectRecord(lines: Record<string, unknown>[], reply: Reply | null, expected: Expected): void {
  if (lines.length !== 1) return;
  const [line] = lines;
  if (reply) expect(line).toMatchObject({ requestId: reply.headers['x-request-id'], status: reply.status });
  if (expected.code) expect(line?.codes).toEqual([expected.code]);
  if (expected.logged) expect(line).toMatchObject(expected.logged);
}

function expectNoLeak(seen: string, { people, pets }: Target): void {
  const secrets = [...Object.values(canaries), new URL(people.url).host, new URL(pets.url).host];
  for (const secret of secrets) expect(seen).not.toContain(secret);
  expect(seen).not.toMatch(/node_modules|\bat [^"]*\.[tj]s:\d+/);
}
