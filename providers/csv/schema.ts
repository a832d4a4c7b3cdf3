import { isSensitive } from '../../domain/privacy.js';

/**
 * What the columns of a file are called and become. The few that decide who somebody is and whether they are employed
 * are recognised in five languages; every other column keeps the name that it has in the file and waits for the mapping.
 */
export const DECIDING = {
  employeeId: [
    'employee id',
    'employee number',
    'employee no',
    'employee code',
    'staff id',
    'staff number',
    'personnel number',
    'payroll number',
    'personalnummer',
    'mitarbeiternummer',
    'mitarbeiter id',
    'matricule',
    'numero de matricule',
    'numero employe',
    'id employe',
    'numero de empleado',
    'id de empleado',
    'codigo de empleado',
    'personeelsnummer',
    'medewerkernummer',
    'id',
  ],
  status: [
    'status',
    'employment status',
    'employee status',
    'beschaftigungsstatus',
    'statut',
    'estado',
    'dienstverbandstatus',
  ],
  startDate: [
    'start date',
    'hire date',
    'employment start date',
    'date of joining',
    'joined on',
    'eintrittsdatum',
    'eintritt',
    "date d'entree",
    "date d'embauche",
    'fecha de inicio',
    'fecha de alta',
    'fecha de contratacion',
    'datum in dienst',
    'startdatum',
  ],
  endDate: [
    'end date',
    'termination date',
    'employment end date',
    'last working day',
    'leave date',
    'austrittsdatum',
    'austritt',
    'date de sortie',
    'date de depart',
    'fecha de baja',
    'fecha de fin',
    'datum uit dienst',
    'einddatum',
  ],
  birthday: [
    'birthday',
    'date of birth',
    'birth date',
    'dob',
    'geburtsdatum',
    'geburtstag',
    'date de naissance',
    'fecha de nacimiento',
    'geboortedatum',
  ],
} as const;
export type Deciding = keyof typeof DECIDING;

/** Holds the place of a record in the file; no column may have this name. */
export const LINE = 'line';

export interface Header {
  /** One for each column of the file; null: it is sensitive and never read. */
  readonly names: readonly (string | null)[];
  /** What the file calls the columns that were recognised. */
  readonly labels: Readonly<Partial<Record<Deciding, string>>>;
}

/** @param cells the first line of the file, as it came */
export function readHeader(cells: readonly string[]): Header {
  const titles = cells.map((cell, at) => cell.trim().normalize('NFC') || `column ${at + 1}`);
  const recognised = new Map<number, Deciding>();
  for (const [field, synonyms] of Object.entries(DECIDING) as [Deciding, readonly string[]][]) {
    const at = firstOf(titles, [plain(field), ...synonyms.map(plain)]);
    if (at !== undefined && !recognised.has(at)) recognised.set(at, field);
  }
  const taken = new Set<string>([LINE, ...recognised.values()]);
  const names = titles.map((title, at) => {
    const field = recognised.get(at);
    if (field !== undefined) return field;
    if (isSensitive(title)) return null;
    const name = unused(title, taken);
    taken.add(name);
    return name;
  });
  const labels = Object.fromEntries([...recognised].map(([at, field]) => [field, titles[at] ?? field]));
  return { names, labels };
}

/** The best name wins, wherever its column stands: `employee id` before `id`. */
function firstOf(titles: readonly string[], wanted: readonly string[]): number | undefined {
  const plainTitles = titles.map(plain);
  for (const name of wanted) {
    const at = plainTitles.indexOf(name);
    if (at >= 0) return at;
  }
  return undefined;
}

function unused(title: string, taken: ReadonlySet<string>): string {
  let name = title;
  for (let number = 2; taken.has(name); number += 1) name = `${title} (${number})`;
  return name;
}

/** Without case, accents, spaces and signs. */
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
