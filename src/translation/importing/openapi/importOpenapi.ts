import { type FieldDefinitionNode, Kind, type TypeNode } from 'graphql';
import type { OpenAPIV3 } from 'openapi-types';
import { TranslationFault } from '../../translationFault.ts';
import { build } from '../build.ts';
import type { Draft } from '../draft.ts';
import { fieldName } from '../names.ts';
import type { OpenFiles } from '../openFiles.ts';
import { type OpenapiDocument, type OpenapiText, readOpenapi } from './readOpenapi.ts';
import { Schemas } from './schemas.ts';

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;
type Method = (typeof methods)[number];

/** More of one kind are counted, and not listed. */
const maxRemarks = 200;

/** The schema of an OpenAPI document: a field for each operation, a type for each schema that they reach. */
export async function importOpenapi(text: OpenapiText, files: OpenFiles, mayFollow: boolean): Promise<Draft> {
  const read = await readOpenapi(text, files, mayFollow);
  const writer = new OpenapiWriter(read);
  for (const [path, item] of Object.entries(read.document.paths ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)))
    writer.addPath(path, item);
  const { remarks } = writer;
  const more = remarks.length - maxRemarks;
  return {
    definitions: writer.definitions(text.file),
    directives: [],
    remarks: more > 0 ? [...remarks.slice(0, maxRemarks), `and ${more} more like these`] : remarks,
  };
}

interface OperationPlace {
  readonly path: string;
  readonly method: Method;
  readonly operation: OpenAPIV3.OperationObject;
}

class OpenapiWriter {
  readonly remarks: string[] = [];
  readonly #read: OpenapiDocument;
  readonly #schemas: Schemas;
  readonly #roots = {
    Query: new Map<string, FieldDefinitionNode>(),
    Mutation: new Map<string, FieldDefinitionNode>(),
  };

  constructor(read: OpenapiDocument) {
    this.#read = read;
    this.#schemas = new Schemas(read, (remark) => this.remarks.push(remark));
    if (read.document.security?.length)
      this.remarks.push(
        'It wants credentials: set them by upstream.subgraphs.NAME.auth, or by a header rule of upstream.subgraphs.NAME.headers.',
      );
  }

  addPath(path: string, item: unknown): void {
    const found = this.#followed<OpenAPIV3.PathItemObject>(item);
    if (!found) return;
    for (const method of methods) {
      const operation = found[method];
      if (!operation) continue;
      const parameters = [...(found.parameters ?? []), ...(operation.parameters ?? [])];
      this.#addOperation({ path, method, operation: { ...operation, parameters } });
    }
  }

  definitions(file: string) {
    const roots = Object.entries(this.#roots).filter(([, fields]) => fields.size > 0);
    if (roots.length === 0)
      throw new TranslationFault(`${file} has no operation that can be asked: nothing of it would be left.`);
    return [
      ...roots.map(([name, fields]) => ({
        kind: Kind.OBJECT_TYPE_DEFINITION as const,
        name: build.name(name),
        fields: [...fields.values()],
      })),
      ...this.#schemas.definitions(),
    ];
  }

  #addOperation(place: OperationPlace): void {
    const { path, method, operation } = place;
    const at = `${method.toUpperCase()} ${path}`;
    const called = fieldName(operation.operationId ?? `${method} ${path}`);
    const type = this.#answerType(operation, called);
    if (typeof type === 'string') {
      this.remarks.push(`${at}: left out, ${type}.`);
      return;
    }
    const body = this.#bodyType(operation, called);
    if (typeof body === 'string') {
      this.remarks.push(`${at}: left out, ${body}.`);
      return;
    }
    const { template, inputs } = this.#parametersOf(place, called, at);
    const fields = this.#roots[method === 'get' ? 'Query' : 'Mutation'];
    let name = called;
    for (let number = 2; fields.has(name); number += 1) name = `${called}${number}`;
    fields.set(
      name,
      build.field({
        name,
        type,
        description: operation.summary ?? operation.description,
        arguments: body ? [...inputs, build.input({ name: 'input', type: body })] : inputs,
        directives: [build.directive('rest', { [method]: template, body: body ? '$input' : undefined })],
      }),
    );
  }

  #parametersOf({ path, operation }: OperationPlace, called: string, at: string) {
    let template = path;
    const query: string[] = [];
    const inputs = new Map<string, ReturnType<typeof build.input>>();
    for (const written of operation.parameters ?? []) {
      const parameter = this.#followed<OpenAPIV3.ParameterObject>(written);
      if (!parameter?.name) continue;
      const { name, in: where, required, schema, description } = parameter;
      if (where !== 'path' && where !== 'query') {
        const isRequired = required ? 'required ' : '';
        this.remarks.push(
          `${at}: the ${isRequired}${where} parameter "${name}" is left out; header rules can send one.`,
        );
        continue;
      }
      const own = fieldName(name);
      const type = this.#schemas.typeOf(schema ?? {}, { direction: 'input', wish: `${called}_${own}` });
      const isList = type.kind === Kind.LIST_TYPE;
      if (where === 'path') template = template.replaceAll(`{${name}}`, `{${own}}`);
      else {
        const star = isList && parameter.explode !== false ? '*' : '';
        if (!inputs.has(own)) query.push(`${encodeURIComponent(name)}={${own}${star}}`);
      }
      const isNeeded = where === 'path' || required === true;
      inputs.set(own, build.input({ name: own, description, type: isNeeded ? nonNull(type) : type }));
    }
    if (/\{[^}]*\W[^}]*\}/.test(template))
      this.remarks.push(`${at}: a part of its path is not among its parameters.`);
    return {
      template: query.length > 0 ? `${template}?${query.join('&')}` : template,
      inputs: [...inputs.values()],
    };
  }

  /** The type of the best answer, or why there is none. */
  #answerType(operation: OpenAPIV3.OperationObject, called: string): TypeNode | string {
    const statuses = Object.keys(operation.responses ?? {}).filter((status) => /^2/.test(status));
    const [status = 'default'] = statuses.sort();
    const response = this.#followed<OpenAPIV3.ResponseObject>(operation.responses?.[status]);
    if (!response) return 'since it says no answer';
    const kinds = Object.keys(response.content ?? {});
    if (kinds.length === 0) return build.named('Boolean');
    const json = kinds.find(isJson);
    if (json === undefined) return `since it answers ${kinds.slice(0, 3).join(', ')} and no JSON`;
    const schema = response.content?.[json]?.schema ?? {};
    return this.#schemas.typeOf(schema, { direction: 'output', wish: `${called}_result` });
  }

  #bodyType(operation: OpenAPIV3.OperationObject, called: string): TypeNode | string | null {
    const body = this.#followed<OpenAPIV3.RequestBodyObject>(operation.requestBody);
    if (!body) return null;
    const kinds = Object.keys(body.content ?? {});
    const json = kinds.find(isJson);
    if (json === undefined)
      return body.required ? `since it wants ${kinds.slice(0, 3).join(', ') || 'a body'} and no JSON` : null;
    const schema = body.content[json]?.schema ?? {};
    const type = this.#schemas.typeOf(schema, { direction: 'input', wish: `${called}_input` });
    return body.required ? nonNull(type) : type;
  }

  #followed<Found extends object>(written: unknown): Found | null {
    let at = written;
    for (let steps = 0; steps < 20; steps += 1) {
      if (typeof at !== 'object' || at === null) return null;
      const { $ref } = at as { $ref?: unknown };
      if (typeof $ref !== 'string') return at as Found;
      at = this.#read.resolve($ref);
    }
    return null;
  }
}

function isJson(kind: string): boolean {
  return /^application\/(?:[\w.-]+\+)?json\b/i.test(kind) || kind === '*/*';
}

function nonNull(type: TypeNode): TypeNode {
  return type.kind === Kind.NON_NULL_TYPE ? type : { kind: Kind.NON_NULL_TYPE, type };
}
