import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { fieldLabel, type DiscoveredField } from '../../domain/fields.js';
import { formatPath, parseFrom } from '../../domain/paths.js';
import { isSensitivePath } from '../../domain/privacy.js';
import { suggestMapping, type Suggestion } from '../../domain/smart-mapping.js';
import { SOURCES, type Source } from './smart-mapping-cases.js';

/** How often the first proposal is the right one, over the vendors' fields and files in five languages. */
const asPath = ({ isFile }: Source, name: string): string => (isFile ? formatPath([name]) : `response.${name}`);

function discovered(source: Source): DiscoveredField[] {
  return source.fields.map(([name, , sample = '']) => {
    const path = asPath(source, name);
    const parsed = parseFrom(`{{${path}}}`);
    if (!parsed.ok || parsed.from.kind !== 'path') throw new Error(`${path} is no path`);
    const samples = sample === '' ? [] : [sample];
    return { path, label: source.isFile ? name : fieldLabel(parsed.from.steps), samples, filled: samples.length };
  });
}

/** Worked out once for all tests. */
const known = new Map<Source, Suggestion[]>();
function suggestionsFor(source: Source): Suggestion[] {
  const suggestions = known.get(source) ?? suggestMapping(discovered(source), idOf(source));
  known.set(source, suggestions);
  return suggestions;
}

const idOf = (source: Source): string =>
  `{{${asPath(source, source.fields.find(([, member]) => member === 'employeeId')?.[0] ?? 'id')}}}`;

interface Score {
  readonly right: number;
  readonly asked: number;
  readonly wrong: readonly string[];
}

/** Asked is every member field that the source has, and every one that was proposed though it has none. */
function score(source: Source): Score {
  const suggestions = new Map(suggestionsFor(source).map(({ member, from }) => [member as string, from]));
  suggestions.delete('employeeId');
  const truth = new Map(
    source.fields.flatMap(([name, member]) =>
      member === null || member === 'employeeId' ? [] : [[member, `{{${asPath(source, name)}}}`] as const],
    ),
  );
  const asked = [...new Set([...truth.keys(), ...suggestions.keys()])];
  const wrong = asked.filter((member) => suggestions.get(member) !== truth.get(member));
  return {
    right: asked.length - wrong.length,
    asked: asked.length,
    wrong: wrong.map((member) => `${member}: ${suggestions.get(member) ?? 'none'}, not ${truth.get(member) ?? 'any'}`),
  };
}

describe('the first proposal', () => {
  const scores = () => SOURCES.map((source) => [source.name, score(source)] as const);

  const sum = (of: (one: Score) => number) => scores().reduce((all, [, one]) => all + of(one), 0);

  test('is right for at least 95 of 100 fields', () => {
    const share = sum(({ right }) => right) / sum(({ asked }) => asked);
    const wrong = scores().flatMap(([name, one]) => one.wrong.map((field) => `${name}: ${field}`));
    expect({ share, wrong: share >= 0.95 ? [] : wrong }).toEqual({ share, wrong: [] });
  });

  test('is told in the documents as it is measured', () => {
    const rows = scores().map(
      ([name, { right, asked, wrong }]) => `| ${name} | ${right} of ${asked} | ${wrong.join('; ')} |`,
    );
    const all = `| **all** | **${sum(({ right }) => right)} of ${sum(({ asked }) => asked)}** | |`;
    expect(readFileSync('docs/smart-mapping.md', 'utf8')).toContain([...rows, all].join('\n'));
  });

  test.each(SOURCES.map((source) => [source.name, source] as const))('of %s is never sensitive', (_, source) => {
    for (const { from } of suggestionsFor(source)) {
      const parsed = parseFrom(from);
      expect(parsed.ok && parsed.from.kind === 'path' && isSensitivePath(parsed.from.steps)).toBe(false);
    }
  });

  test.each(SOURCES.map((source) => [source.name, source] as const))('of %s gives no field to two', (_, source) => {
    const fields = suggestionsFor(source).map(({ from }) => from);
    expect(new Set(fields).size).toBe(fields.length);
  });
});
