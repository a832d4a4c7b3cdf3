import { createHash } from 'node:crypto';
import { stringify } from 'csv-stringify/sync';
import { csv } from '../../../providers/csv/index.js';
import { startVendor, type VendorOptions, type VendorSimulator } from '../../../simulators/directories.js';
import type { Directory, Employee } from '../../../simulators/directory.js';
import type { JsonRecord } from '../../../domain/employee.js';
import type { KeptFile } from '../../../providers/provider.js';

/** An HR department that exports its directory as a CSV file: there is no vendor to ask, only `GET /acme/export`. */
export function startExport(options: VendorOptions): Promise<VendorSimulator> {
  return startVendor(
    {
      basePath: '',
      demo: { account: 'acme', secret: '' },
      stranger: { status: 404, body: {} },
      find: (sites, { path }) => sites.get(path[0] ?? ''),
      pageOf: () => 1,
      answer: ({ directory }) => ({ status: 200, body: { text: textOf(directory) } }),
    },
    options,
  );
}

function textOf(directory: Directory): string {
  const rows = directory.employees().map(rowOf);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return stringify(rows, { header: true, columns });
}

function rowOf(employee: Employee): Record<string, unknown> {
  return {
    'Employee number': employee.id,
    'First name': employee.firstName,
    'Last name': employee.lastName,
    'E-mail': employee.email,
    'Start date': employee.startsOn,
    'End date': employee.endsOn,
    'Date of birth': employee.bornOn,
    Team: employee.team,
    'T-shirt size': employee.custom['T-shirt size'],
    ...employee.raw,
  };
}

/** What would be kept of the file that the department exports now. */
export async function keptExport(url: string): Promise<KeptFile> {
  const answer = await fetch(`${url}/acme/export`);
  const { text } = (await answer.json()) as { text: string };
  const bytes = Buffer.from(text);
  const open = async function* () {
    yield bytes;
  };
  const pages: (readonly JsonRecord[])[] = [];
  let labels = {};
  for await (const page of csv.files?.read({ open }, { dateFormat: null, zone: 'utc' }) ?? []) {
    pages.push(page.records);
    ({ labels } = page);
  }
  return {
    digest: createHash('sha256').update(bytes).digest('hex'),
    rows: pages.flat().length,
    pages: pages.length,
    labels,
    page: async (number) => pages[number - 1] ?? null,
  };
}
