import { type ErrorCode, SluiceError } from '../base/errors.ts';
import { ruleOf } from '../base/ruleMode.ts';
import type { GatewayPlugin } from '../model/gatewayPlugin.ts';
import type { DocumentLimit } from './documentLimit.ts';
import { type Measure, measureDocument } from './measureDocument.ts';
import { measureVariables } from './measureVariables.ts';

export interface DocumentLimitsOptions {
  readonly depth: DocumentLimit;
  readonly aliases: DocumentLimit;
  readonly rootFields: DocumentLimit;
  readonly directives: DocumentLimit;
  readonly variables: { readonly depth: DocumentLimit; readonly keys: DocumentLimit };
}

/** What is counted, and how it is told. */
const documentRules = [
  ['depth', 'depth', 'DEPTH_LIMIT_EXCEEDED', 'levels of fields'],
  ['aliases', 'aliases', 'ALIAS_LIMIT_EXCEEDED', 'aliases'],
  ['rootFields', 'fields', 'ROOT_FIELD_LIMIT_EXCEEDED', 'root fields'],
  ['directives', 'directives', 'DIRECTIVE_LIMIT_EXCEEDED', 'directives'],
] as const satisfies readonly (readonly [string, keyof Measure, ErrorCode, string])[];

const variableRules = [
  ['depth', 'levels of objects and lists'],
  ['keys', 'keys'],
] as const;

/** How large documents and their variables may be; null when all of it is off. */
export function documentLimits(options: DocumentLimitsOptions): GatewayPlugin | null {
  const documents = documentRules.flatMap(([name, counted, code, what]) => {
    const rule = ruleOf(`limits.operation.${name}`, options[name].mode);
    return rule ? [{ rule, counted, code, what, max: options[name].max }] : [];
  });
  const variables = variableRules.flatMap(([name, what]) => {
    const { max, mode } = options.variables[name];
    const rule = ruleOf(`limits.operation.variables.${name}`, mode);
    return rule ? [{ rule, name, what, max }] : [];
  });
  const plugin: GatewayPlugin = {};
  if (documents.length > 0) {
    plugin.document = ({ document, refuse }) => {
      for (const measure of measureDocument(document)) {
        for (const { rule, counted, code, what, max } of documents) {
          const refusal = `The operation has ${measure[counted]} ${what}; allowed: ${max}.`;
          if (measure[counted] > max) refuse(rule, new SluiceError(code, refusal));
        }
      }
    };
  }
  if (variables.length > 0) {
    plugin.operation = (passage, { operation }) => {
      const measure = measureVariables(operation.variables);
      for (const { rule, name, what, max } of variables) {
        const refusal = `The variables have ${measure[name]} ${what}; allowed: ${max}.`;
        if (measure[name] > max) passage.refuse(rule, new SluiceError('BAD_USER_INPUT', refusal));
      }
    };
  }
  return documents.length + variables.length > 0 ? plugin : null;
}
