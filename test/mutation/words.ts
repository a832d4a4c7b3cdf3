import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';
import type { Ignorer, NodePath } from '@stryker-mutator/api/ignore';

/** What is not changed, because no test of a rule could or should see it. */
interface Node {
  readonly type: string;
  readonly [property: string]: unknown;
}
interface Path extends NodePath {
  readonly node: Node;
  readonly parent: Node | null;
  readonly listKey?: string;
}

const DOCUMENTING: readonly unknown[] = ['meta', 'describe'];

const words: Ignorer = {
  shouldIgnore(path) {
    const { node, parent, listKey } = path as Path;
    if (listKey === 'arguments' && parent !== null && DOCUMENTING.includes(calledBy(parent))) {
      return 'It stands in the description of the API and decides nothing.';
    }
    if (node.type === 'ArrayExpression' && parent?.type === 'TSAsExpression' && isOfStrings(node)) {
      return 'A list of words "as const" is a type: another word does not compile.';
    }
    return undefined;
  },
};

/** `meta` for `schema.meta(…)`. */
function calledBy({ type, callee }: Node): unknown {
  if (type !== 'CallExpression') return null;
  const { property } = callee as { property?: { name?: string } };
  return property?.name;
}

const isOfStrings = ({ elements }: Node): boolean =>
  (elements as readonly Node[]).every(({ type }) => type === 'StringLiteral');

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'words', words)];
