import { SagePeopleClient } from './client.js';
import { EMPLOYEES, readEmployment, saasUser } from './employee.js';
import { form } from './form.js';
import type { Provider } from '../provider.js';

export const sagePeople: Provider = {
  id: 'sage-people',
  name: 'Sage People',
  form,
  permissions: [
    'Read team members: name, e-mail, department, current employment (title, first and last day, whether it is active) and work address',
    'Read additional fields of the field set "Employee API Additional Fields", if one is mapped or segmented on',
    "Where Sage's employees API is not installed: the same of the object Team Member by Salesforce's queries",
    'Read users of Salesforce (profile, whether active, last login), if the integration keeps SaaS users',
    'The user that the app runs as needs the permission set "Sage People Employees API" and "View All"; without the latter only a part of the people is seen',
  ],
  neverRead: [
    'Salary, bonuses and pay details',
    'Absences and timesheets',
    'Home address and home phone',
    'Additional fields whose name is sensitive, such as gender, birth, national identity, bank or health',
  ],
  needsDateFormat: false,
  installations: ['cloud'],
  saasUser,
  requestsPerMinute: null,
  lists: [EMPLOYEES],
  employeeIdFrom: '{{response.id}}',
  isCustomField: (name) => name === 'additionalFields',
  connect: (credential, context) => new SagePeopleClient(credential, context),
  readEmployment,
};
