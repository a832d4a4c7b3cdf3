/**
 * A made-up company: people, teams and managers drawn from a seed, so that the same seed is the same company for ever.
 * Vendor-neutral; each simulator dresses these people in its vendor's fields. Nobody in here exists.
 */
export interface Person {
  readonly id: number;
  readonly firstName: string;
  readonly lastName: string;
  /** Null for the one person whose address HR forgot. */
  readonly email: string | null;
  /** All dates are `YYYY-MM-DD`. */
  readonly startsOn: string;
  /** Last working day; null for who stays. */
  readonly endsOn: string | null;
  readonly bornOn: string;
  readonly team: string;
  readonly teamId: number;
  readonly position: string;
  readonly positionId: number;
  readonly managerId: number | null;
  readonly country: string;
  readonly city: string;
  readonly street: string;
  readonly postCode: string;
  readonly gender: string;
  readonly contract: string;
  readonly shirt: string;
  readonly interests: readonly string[];
}

export interface Plan {
  readonly domain: string;
  readonly seed: number;
  /** The day all dates are told from. */
  readonly today: string;
  readonly employed: number;
  readonly left: number;
  /** Among the employed: who has not begun yet, and whose last day is known and still to come. */
  readonly futureStarters: number;
  readonly announcedLeavers: number;
  /** The first id that is given; a whole company begins with 1. */
  readonly firstId: number;
}

export const TEAMS = [
  { name: 'Management', positions: ['Chief Executive', 'Executive Assistant'] },
  { name: 'Engineering', positions: ['Software Engineer', 'Senior Software Engineer', 'Quality Engineer'] },
  { name: 'Product', positions: ['Product Manager', 'Product Designer'] },
  { name: 'Sales', positions: ['Account Executive', 'Sales Engineer', 'Sales Assistant'] },
  { name: 'Marketing', positions: ['Content Writer', 'Campaign Manager'] },
  { name: 'Customer Care', positions: ['Support Agent', 'Support Lead'] },
  { name: 'Finance', positions: ['Accountant', 'Controller'] },
  { name: 'People', positions: ['Recruiter', 'HR Partner'] },
  { name: 'Operations', positions: ['Warehouse Associate', 'Logistics Planner', 'Shift Lead'] },
  { name: 'Legal', positions: ['Counsel', 'Compliance Officer'] },
] as const;
export const SHIRTS = ['XS', 'S', 'M', 'L', 'XL', 'XXL'];
export const INTERESTS = ['Coffee', 'Cycling', 'Books', 'Football', 'Cooking', 'Music', 'Hiking', 'Chess'];

const FIRST_NAMES = (
  'Ada Aisha Alma Amir Anna Arjun Astrid Ben Bianca Björn Carla Cedric Chidi Chloé Clara Daniel Darius Dina Elena ' +
  'Elif Emil Emma Farah Felix Fiona Freya George Grace Hana Hugo Ida Igor Imani Ines Isaac Ivy Jakub Jana Jonas José ' +
  'Julia Kai Karim Kira Lars Leila Leo Lin Luca Lucía Maja Marco Maya Mei Milan Mina Nadia Nils Noah Nora Oleg Olga ' +
  'Omar Oscar Paula Pavel Petra Priya Quentin Rafael Rania Rosa Samir Sara Sven Tara Theo Tomás Uma Vera Viktor Wendy ' +
  'Willa Xenia Yara Yusuf Zainab Zoë'
).split(' ');
const LAST_NAMES = (
  'Abbott Achterberg Adeyemi Almeida Andersen Ashdown Baker Balogun Barros Bauer Becker Bellamy Bergström Bianchi ' +
  'Blackwood Brandt Calloway Castellan Chandra Clarke Costa Dahl Dawson Diallo Dubois Easton Eriksen Farrow Fenwick ' +
  'Ferreira Fischer Fontaine Garner Ghosh Greenfield Grimaldi Haddad Halvorsen Hartley Hassan Hoffmann Holloway ' +
  'Ibarra Iqbal Ivanov Jansen Jennings Joshi Kapoor Keller Kowalski Krüger Lambert Larsen Lefèvre Lindqvist Lockhart ' +
  "Machado Marlowe Mbeki Mercer Moreau Müller Nakamura Navarro Nielsen Novak O'Brien O'Neill Okafor Ortega Osei Park " +
  'Pemberton Petrov Quinlan Rahman Ramírez Rossi Rutherford Sandoval Schmidt Silva Sørensen Stone Takahashi Tanaka ' +
  'Thorne Vance Vasquez Vogel Wagner Whitfield Winter Wolff Yamada Yilmaz Zeller Zhang'
).split(' ');
const PLACES = [
  { country: 'GB', city: 'Leeds', postCode: 'LS1 4DY' },
  { country: 'GB', city: 'London', postCode: 'EC2A 3LT' },
  { country: 'DE', city: 'Leipzig', postCode: '04109' },
  { country: 'ES', city: 'Valencia', postCode: '46002' },
  { country: 'SE', city: 'Malmö', postCode: '211 22' },
  { country: 'US', city: 'Portland', postCode: '97205' },
];
const STREETS = ['High Street', 'Station Road', 'Mill Lane', 'Park Avenue', 'Harbour Walk', 'Garden Row'];
const CONTRACTS = ['Full-time', 'Full-time', 'Full-time', 'Part-time', 'Contractor'];
const GENDERS = ['Female', 'Male', 'Other'];
/** The first people of a company lead one team each, the very first leads the company. */
const LEADS = TEAMS.length;

/** Employed people first, then the leavers; ids rise from `firstId`. */
export function makeUpPeople(plan: Plan): Person[] {
  const draw = draws(plan.seed);
  const addresses = new Set<string>();
  const people: Person[] = [];
  for (let index = 0; index < plan.employed + plan.left; index += 1) {
    people.push(makeUpPerson(plan, index, draw, addresses));
  }
  return people;
}

function makeUpPerson(plan: Plan, index: number, draw: Draw, addresses: Set<string>): Person {
  const firstName = draw.of(FIRST_NAMES);
  const lastName = draw.of(LAST_NAMES);
  const id = plan.firstId + index;
  const teamIndex = id <= LEADS ? id - 1 : 1 + draw.below(TEAMS.length - 1);
  const team = TEAMS[teamIndex] ?? TEAMS[0];
  const position = id === 1 ? 0 : draw.below(team.positions.length);
  const place = draw.of(PLACES);
  const left = index >= plan.employed;
  // Special people stand at the end of the employed, so that leads are never among them.
  const fromEnd = plan.employed - 1 - index;
  const starter = fromEnd >= 0 && fromEnd < plan.futureStarters;
  const announced = !starter && fromEnd >= 0 && fromEnd < plan.futureStarters + plan.announcedLeavers;
  const forgotten = plan.firstId === 1 && plan.employed > 20 && fromEnd === plan.futureStarters + plan.announcedLeavers;
  const address = uniqueAddress(firstName, lastName, plan.domain, addresses);
  return {
    id,
    firstName,
    lastName,
    email: forgotten ? null : address,
    startsOn: daysFrom(plan.today, starter ? 7 + draw.below(54) : -(800 + draw.below(3000))),
    endsOn: announced
      ? daysFrom(plan.today, 5 + draw.below(40))
      : left
        ? daysFrom(plan.today, -(2 + draw.below(700)))
        : null,
    bornOn: daysFrom(plan.today, -(7300 + draw.below(14_000))),
    team: team.name,
    teamId: teamIndex + 1,
    position: team.positions[position] ?? team.positions[0],
    positionId: (teamIndex + 1) * 10 + position,
    managerId: id === 1 ? null : id <= LEADS ? 1 : teamIndex + 1,
    country: place.country,
    city: place.city,
    street: `${1 + draw.below(180)} ${draw.of(STREETS)}`,
    postCode: place.postCode,
    gender: draw.of(GENDERS),
    contract: draw.of(CONTRACTS),
    shirt: draw.of(SHIRTS),
    interests: INTERESTS.filter(() => draw.below(4) === 0),
  };
}

/** `first.last@domain` in plain letters, numbered from the second namesake on. */
function uniqueAddress(firstName: string, lastName: string, domain: string, taken: Set<string>): string {
  const plain = `${firstName}.${lastName}`
    .toLowerCase()
    .replaceAll('ø', 'o')
    .normalize('NFD')
    .replace(/[^a-z.]/g, '');
  for (let number = 1; ; number += 1) {
    const address = `${plain}${number === 1 ? '' : number}@${domain}`;
    if (taken.has(address)) continue;
    taken.add(address);
    return address;
  }
}

export function daysFrom(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

interface Draw {
  below(limit: number): number;
  of<T>(items: readonly T[]): T;
}

/** Mulberry32: a few lines, the same numbers on every machine. */
function draws(seed: number): Draw {
  let state = seed >>> 0;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit);
  };
  return {
    below,
    of: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError('nothing can be drawn from an empty list');
      return item;
    },
  };
}
