import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { compileFunction } from 'node:vm';
import { transformSync } from '@swc/core';

type Exports = Record<string, unknown>;
type Require = (specifier: string) => unknown;
type Body = (module: { exports: Exports }, exports: Exports, require: Require) => void;

/**
 * Our own modules evaluated anew as often as somebody likes, though read and compiled once: what a module keeps, or
 * works out when it is loaded, is new each time. Packages are loaded once, as ever.
 */
export class FreshModules {
  private readonly bodies = new Map<string, Body>();
  private readonly requirePackage = createRequire(resolve('package.json'));

  /** @param given what stands in the place of a package, by its name. */
  constructor(private readonly given: Readonly<Record<string, unknown>>) {}

  /** Evaluates a file, and whatever of ours it imports. */
  load(path: string, loaded = new Map<string, { exports: Exports }>()): Exports {
    const known = loaded.get(path);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    loaded.set(path, module);
    this.bodyOf(path)(module, module.exports, (specifier) => {
      if (specifier.startsWith('.')) {
        return this.load(resolve(dirname(path), specifier.replace(/\.js$/, '.ts')), loaded);
      }
      return this.given[specifier] ?? this.requirePackage(specifier);
    });
    return module.exports;
  }

  private bodyOf(path: string): Body {
    const body = this.bodies.get(path) ?? compile(path);
    this.bodies.set(path, body);
    return body;
  }
}

function compile(path: string): Body {
  const { code } = transformSync(readFileSync(path, 'utf8'), {
    filename: path,
    swcrc: false,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  return compileFunction(code, ['module', 'exports', 'require'], { filename: path }) as Body;
}
