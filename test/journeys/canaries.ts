/**
 * People whose values stand nowhere but where people may stand: good ones, and wrong ones that become error rows, since
 * what tells of a fault is where a value slips out most easily.
 */
const person = (name: string, values: object = {}) => ({
  first_name: `Canary${name}`,
  last_name: `Canary-${name}-Lastname`,
  email: `canary.${name}@birds.example`,
  work_phone: `canary-phone-${name}`,
  ...values,
});

export const CANARIES: readonly object[] = [
  person('good'),
  person('no-address', { email: 'canary no address at all' }),
  person('no-date', { employment_start_date: 'canary-date' }),
  person('twin', { email: 'canary.twins@birds.example' }),
  person('twin', { email: 'Canary.Twins@birds.example' }),
  person('no-text', { last_name: 'Canary\u0000Null', position: '\ud800canary' }),
];

/** A good key of a company. */
export const canaryKey = (company: string): string => `canary-key-of-${company}`;

/** What must be found nowhere in histories and logs. */
export const SINGS = /canary|[\w.-]+@[\w-]+\.example|globex-sage-key/i;
