/** What a page needs of the fields of a member to offer them: names and kinds, no schema. */
export { EMPLOYEE_ID, MEMBER_FIELDS, MEMBER_STATES } from '../../../domain/member.js';
export type { MappableField } from '../../../domain/member.js';
