import { linking, MergeClient } from './client.js';
import { CUSTOM_FIELDS, EMPLOYEES, readEmployment } from './employee.js';
import { form } from './form.js';
import { SYSTEMS } from './systems.js';
import { webhook } from './webhook.js';
import { saasUserFrom } from '../record.js';
import type { Provider } from '../provider.js';

export const merge: Provider = {
  id: 'merge',
  name: 'Merge',
  form,
  linking,
  webhook,
  systems: SYSTEMS,
  permissions: [
    'Read employees of the HR system that is linked at Merge: name, e-mail, employee number, status and dates of employment, title, department, team, manager, work location, mobile phone',
    'Read custom fields, if one is mapped or segmented on',
    'Merge keeps a copy of what it reads; national id, gender, ethnicity and marital status are switched off where the system is linked',
  ],
  neverRead: [
    'Social security number',
    'Gender, ethnicity and marital status',
    'Pay, bank accounts and payroll',
    'Home address',
    'Year of birth (of the date of birth, month and day are read)',
    'Time off, documents and benefits',
    'Custom fields whose name is sensitive',
  ],
  needsDateFormat: false,
  installations: ['cloud'],
  saasUser: saasUserFrom('remote_id', 'employment_status'),
  // The smallest plan has 100, the others 400 and 600, and nobody tells which one it is (README.md).
  requestsPerMinute: 90,
  lists: [EMPLOYEES],
  employeeIdFrom: '{{response.remote_id}}',
  isCustomField: (name) => name === CUSTOM_FIELDS,
  connect: (credential, context) => new MergeClient(credential, context),
  readEmployment,
};
