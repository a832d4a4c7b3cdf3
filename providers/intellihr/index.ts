import { IntelliHrClient } from './client.js';
import { PEOPLE, readEmployment } from './employee.js';
import { form } from './form.js';
import { saasUserFrom } from '../record.js';
import type { Provider } from '../provider.js';

export const intelliHr: Provider = {
  id: 'intellihr',
  name: 'intelliHR',
  form,
  permissions: [
    'Read people: name, e-mail addresses, employee number, status of employment, month and day of birth',
    'Read their jobs: title, location, business unit and entity, supervisor, kind of work, first and last day',
    'Read custom fields of people, if one is mapped or segmented on',
    'An access key can do whatever an administrator can in intelliHR; Rollcall only reads',
  ],
  neverRead: [
    'Pay grade and remuneration',
    'Medical conditions',
    'Work rights and nationality',
    'Emergency contacts',
    'Gender',
    'Home addresses and phone numbers',
    'Year of birth (of the date of birth, month and day are read)',
    'Performance, training, documents and comments',
    'Custom fields that intelliHR marks as sensitive, or whose name is',
  ],
  needsDateFormat: false,
  installations: ['cloud'],
  saasUser: saasUserFrom('id', 'employmentStatus'),
  requestsPerMinute: null,
  lists: [PEOPLE],
  employeeIdFrom: '{{response.id}}',
  isCustomField: (name) => name === 'customFields',
  connect: (credential, context) => new IntelliHrClient(credential, context),
  readEmployment,
};
