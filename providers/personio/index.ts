import { PersonioClient } from './client.js';
import { EMPLOYEES, isCustomField, readEmployment } from './employee.js';
import { form } from './form.js';
import { saasUserFrom } from '../record.js';
import type { Provider } from '../provider.js';

export const personio: Provider = {
  id: 'personio',
  name: 'Personio',
  form,
  permissions: [
    'Read employees: the attributes that are ticked for the credentials, of these only name, e-mail, status, position, supervisor, department, team, office, subcompany, type of employment and the dates of employment',
    'Read custom attributes, if one is mapped or segmented on',
  ],
  neverRead: [
    'Gender',
    'Salary and pay',
    'Photo',
    'Year of birth (of a date of birth, month and day are read)',
    'Reason and type of termination',
    'Absences, documents, attendance and recruiting',
    'Custom attributes whose label or meaning is sensitive, such as bank account, tax, health or religion',
  ],
  needsDateFormat: false,
  installations: ['cloud'],
  saasUser: saasUserFrom('id', 'status'),
  requestsPerMinute: null,
  lists: [EMPLOYEES],
  employeeIdFrom: '{{response.id}}',
  isCustomField,
  connect: (credential, context) => new PersonioClient(credential, context),
  readEmployment,
};
