import { type MessagePort, parentPort } from 'node:worker_threads';
import { GraphQLError } from 'graphql';
import { SluiceError } from '../base/errors.ts';
import type { PlanCommand, PlanReply } from './planCommand.ts';
import { createPlanner, type Planner } from './planner.ts';

/** Entry of the worker thread: planners by supergraph, one document at a time. */
function serve(port: MessagePort): void {
  const planners = new Map<string, Planner>();

  function answer(command: PlanCommand): PlanReply | null {
    switch (command.kind) {
      case 'load': {
        const planner = createPlanner(command.supergraphSdl);
        planners.set(command.supergraphHash, planner);
        return { kind: 'loaded', facts: planner.facts };
      }
      case 'forget':
        planners.delete(command.supergraphHash);
        return null;
      case 'plan': {
        const planner = planners.get(command.supergraphHash);
        if (!planner) throw new Error(`No planner is loaded for ${command.supergraphHash}`);
        const { found, isWorn } = planner.plan(command);
        if (!found) return { kind: 'unplanned' };
        const planJson = JSON.stringify(found.plan);
        if (planJson.length > command.maxCharacters) throw tooLarge(planJson.length, command.maxCharacters);
        return { kind: 'planned', planJson, text: found.text, by: found.by, isWorn };
      }
    }
  }

  port.on('message', (command: PlanCommand) => {
    const reply = answerOrFault(() => answer(command));
    if (reply) port.postMessage(reply);
  });
}

function tooLarge(characters: number, maxCharacters: number): SluiceError {
  return new SluiceError(
    'COST_LIMIT_EXCEEDED',
    `The plan of this operation has ${characters} characters, ${maxCharacters} are allowed: ask for less in one operation, or in several.`,
  );
}

function answerOrFault(answer: () => PlanReply | null): PlanReply | null {
  try {
    return answer();
  } catch (failure) {
    if (failure instanceof SluiceError)
      return {
        kind: 'refused',
        code: failure.code,
        message: failure.message,
        locations: failure.cause instanceof GraphQLError ? (failure.cause.locations ?? []) : [],
      };
    return { kind: 'failed', detail: failure instanceof Error ? String(failure.stack) : String(failure) };
  }
}

if (parentPort) serve(parentPort);
