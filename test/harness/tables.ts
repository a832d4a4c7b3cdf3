import { readFileSync } from 'node:fs';

/** The rows of the table under a heading of a document, each as its cells; the head and the line under it are left out. */
export function tableOf(document: string, heading: string): string[][] {
  const section = readFileSync(document, 'utf8').split(`## ${heading}`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  if (rows.length < 3) throw new Error(`${document} has no table under "${heading}".`);
  return rows.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}
