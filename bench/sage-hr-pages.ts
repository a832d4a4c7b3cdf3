/**
 * A made-up directory as Sage HR would page it, rendered once: the server that sends it must cost nothing, or the
 * benchmark would measure that. One person in twenty has left and stands in the second list, with fewer fields.
 */
export interface SageHrPages {
  /** Answers by list, in the order of their pages; the first is page 1. */
  readonly lists: Readonly<Record<string, readonly Buffer[]>>;
  readonly employed: number;
  readonly left: number;
}

const PER_PAGE = 50;
const ONE_LEAVER_IN = 20;
const FIRST_NAMES = ['Ada', 'Björn', 'Chloé', 'Dmitri', 'Eleni', 'Farid', 'Grace', 'Hiro', 'Inés', 'Jonas'];
const LAST_NAMES = ['Park', 'Okafor', 'Novak', 'Quill', 'Ramos', 'Sato', 'Tanaka', 'Unger', 'Varga', 'Weiss', 'Young'];
const TEAMS = ['Engineering', 'Finance', 'Human Resources', 'Legal', 'Marketing', 'Operations', 'Sales', 'Support'];
const POSITIONS = ['Analyst', 'Assistant', 'Consultant', 'Director', 'Engineer', 'Manager', 'Specialist'];
const CITIES = ['Berlin', 'Dublin', 'Leeds', 'London', 'Lyon', 'Madrid', 'Porto', 'Vienna', 'Zürich'];
const COUNTRIES = ['DE', 'IE', 'GB', 'GB', 'FR', 'ES', 'PT', 'AT', 'CH'];
const CONTRACTS = ['Full-time', 'Part-time', 'Fixed term'];

export function renderSageHrPages(people: number): SageHrPages {
  const left = Math.floor(people / ONE_LEAVER_IN);
  const employed = people - left;
  return {
    lists: {
      employees: renderList(employed, (at) => employee(at + 1)),
      'terminated-employees': renderList(left, (at) => leaver(employed + at + 1)),
    },
    employed,
    left,
  };
}

function renderList(count: number, record: (at: number) => object): Buffer[] {
  const pages = Math.max(1, Math.ceil(count / PER_PAGE));
  return Array.from({ length: pages }, (_, index) => {
    const from = index * PER_PAGE;
    const data = Array.from({ length: Math.min(PER_PAGE, count - from) }, (__, at) => record(from + at));
    const meta = {
      current_page: index + 1,
      next_page: index + 1 < pages ? index + 2 : null,
      previous_page: index === 0 ? null : index,
      total_pages: pages,
      per_page: PER_PAGE,
      total_entries: count,
    };
    return Buffer.from(JSON.stringify({ data, meta }));
  });
}

function employee(id: number) {
  return {
    ...person(id),
    picture_url: null,
    team: pick(TEAMS, id, 3),
    team_id: (id % TEAMS.length) + 1,
    position_id: (id % POSITIONS.length) + 1,
    reports_to_employee_id: id < 10 ? null : Math.floor(id / 10),
    work_phone: `555-1${digits(id)}`,
    home_phone: null,
    mobile_phone: `555-3${digits(id)}`,
    gender: null,
    street_first: `${(id % 240) + 1} Orchard Road`,
    street_second: '',
    city: pick(CITIES, id, 1),
    post_code: `A${digits(id)}`,
    country: pick(COUNTRIES, id, 1),
    employment_status: pick(CONTRACTS, id, 11),
  };
}

function leaver(id: number) {
  return { ...person(id), termination_date: `2024-${twoDigits((id % 12) + 1)}-28`, picture_url: null };
}

function person(id: number) {
  const first = pick(FIRST_NAMES, id, 1);
  const last = pick(LAST_NAMES, id, 7);
  const plain = `${first}.${last}`.normalize('NFD').replace(/[^A-Za-z.]/g, '');
  return {
    id,
    email: `${plain}.${id}@acme.example`.toLowerCase(),
    first_name: first,
    last_name: last,
    position: pick(POSITIONS, id, 5),
    employment_start_date: `${2000 + (id % 23)}-${twoDigits((id % 12) + 1)}-${twoDigits((id % 28) + 1)}`,
    date_of_birth: `${1960 + (id % 45)}-${twoDigits((id % 12) + 1)}-${twoDigits((id % 27) + 1)}`,
    employee_number: `A${digits(id)}`,
  };
}

function pick(from: readonly string[], id: number, step: number): string {
  return from[Math.floor(id / step) % from.length] ?? '';
}

const digits = (id: number) => String(id).padStart(6, '0');
const twoDigits = (number: number) => String(number).padStart(2, '0');
