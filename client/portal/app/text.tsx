import { useCallback, type ReactNode } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import type { TextKey } from '../messages/index.js';

type Values = Record<string, string | number | Date | null | undefined>;

/** Texts by their key, for attributes and notifications. */
export function useText(): (key: TextKey, values?: Values) => string {
  const intl = useIntl();
  return useCallback((key, values) => intl.formatMessage({ id: key }, values), [intl]);
}

/** A text with parts that are more than text, such as a link or a bold name. */
export function Words({ id, values }: { id: TextKey; values?: Record<string, ReactNode> }) {
  return <FormattedMessage id={id} {...(values === undefined ? {} : { values })} />;
}
