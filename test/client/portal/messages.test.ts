import { expect, test } from '@jest/globals';
import { createIntl } from 'react-intl';
import { MESSAGES } from '../../../client/portal/messages/index.js';

test('every text of the portal can be read as what it is written in', () => {
  const { formatters } = createIntl({ locale: 'en' });
  const broken = Object.entries(MESSAGES).flatMap(([key, text]) => {
    try {
      formatters.getMessageFormat(text, 'en');
      return [];
    } catch (error) {
      return [`${key}: ${String(error)}`];
    }
  });
  expect(broken).toEqual([]);
});
