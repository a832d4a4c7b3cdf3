import { SageHrClient } from './client.js';
import { EMPLOYEES, TERMINATED, readEmployment } from './employee.js';
import { form } from './form.js';
import { saasUserFrom } from '../record.js';
import type { Provider } from '../provider.js';

export const sageHr: Provider = {
  id: 'sage-hr',
  name: 'Sage HR',
  form,
  permissions: [
    'Read the active employees: name, work e-mail, start date, team, position, manager, work and mobile phone, address, employee number, type of contract',
    'Read the terminated employees: name, e-mail, last working day',
    'Read custom fields of active employees, if one is mapped or segmented on',
    'The API key can do whatever its owner may do in Sage HR; Rollcall only reads',
  ],
  neverRead: [
    'Gender',
    'Home phone',
    'Photo',
    'Year of birth (of the date of birth, month and day are read)',
    'Compensation and pay',
    'Reason for leaving and comments on it',
    'Leave, documents, performance, recruitment and timesheets',
    'Custom fields whose label names sensitive data, such as national identity, bank, health or religion',
  ],
  needsDateFormat: false,
  installations: ['cloud'],
  saasUser: saasUserFrom('id'),
  requestsPerMinute: null,
  lists: [EMPLOYEES, TERMINATED],
  employeeIdFrom: '{{response.id}}',
  isCustomField: (name) => name === 'customFields',
  connect: (credential, context) => new SageHrClient(credential, context),
  readEmployment,
};
