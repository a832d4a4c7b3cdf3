import { CsvClient, PEOPLE } from './client.js';
import { faultOf, isCustomField, readEmployment } from './employee.js';
import { readFile } from './file.js';
import { form } from './form.js';
import type { Provider } from '../provider.js';

export const csv: Provider = {
  id: 'csv',
  name: 'CSV file',
  form,
  files: { mediaType: 'text/csv', read: readFile, faultOf },
  permissions: [
    'Read the columns of the files that you upload; whoever may upload one decides who is in it',
    'Keep the rows, without sensitive columns, until the next file, for at most eight days; the file itself is not kept',
  ],
  neverRead: [
    'Columns whose name is sensitive: national id, pay, bank, gender, ethnicity, marital status, religion, health, emergency contacts, home phone',
    'Year of birth (of a date of birth, month and day are read)',
  ],
  needsDateFormat: true,
  installations: ['cloud'],
  saasUser: null,
  requestsPerMinute: null,
  lists: [PEOPLE],
  employeeIdFrom: '{{response.employeeId}}',
  isCustomField,
  connect: (_, { file }) => new CsvClient(file),
  readEmployment,
};
