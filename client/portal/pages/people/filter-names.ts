import { MEMBER_FIELDS } from '../../../api/contract/member-fields.js';
import { useQuery } from '@tanstack/react-query';
import { useIntl } from 'react-intl';
import { integrationsQuery } from '../../api/integrations.js';
import { memberValuesQuery, type MemberFilter } from '../../api/members.js';
import { useText } from '../../app/text.js';

const LABELS = new Map<string, string>(MEMBER_FIELDS.map(({ id, label }) => [id, label]));

/** Names of fields as people know them, the programme's own ones included. */
export function useFieldLabel(programme: string): (name: string) => string {
  const t = useText();
  const custom = useCustomFields(programme);
  return (name) => {
    if (name === 'employeeId') return t('people.field.employeeId');
    if (name === 'managerId') return t('people.field.manager');
    if (name === 'role') return t('people.field.role');
    const own = name.replace(/^custom\./, '');
    return LABELS.get(name) ?? custom.find((field) => field.name === own)?.label ?? own;
  };
}

/** The custom fields of all integrations of a programme, each name once. */
export function useCustomFields(programme: string): readonly { readonly name: string; readonly label: string }[] {
  const integrations = useQuery(integrationsQuery(programme)).data ?? [];
  const fields = new Map<string, string>();
  for (const { mapping } of integrations) {
    for (const { name, label } of mapping?.custom ?? []) if (!fields.has(name)) fields.set(name, label);
  }
  return [...fields].map(([name, label]) => ({ name, label }));
}

export function useMonths(): readonly { readonly value: string; readonly label: string }[] {
  const intl = useIntl();
  return Array.from({ length: 12 }, (_, index) => ({
    value: String(index + 1),
    label: intl.formatDate(new Date(Date.UTC(2024, index, 15)), { month: 'long', timeZone: 'UTC' }),
  }));
}

/** The people whom IDs of managers mean, as far as they are among the most frequent; every other value says itself. */
export function useValueName(programme: string, field: string, isNeeded: boolean): (value: string) => string {
  const isPerson = field === 'managerId';
  const found = useQuery({ ...memberValuesQuery(programme, field, ''), enabled: isPerson && isNeeded }).data;
  return (value) => (isPerson ? found?.items.find((item) => item.value === value)?.label : null) ?? value;
}

/** What a filter's name and its values are called. */
export function useFilterWords(programme: string): {
  readonly name: (filter: string) => string;
  readonly value: (filter: string, value: string) => string;
} {
  const t = useText();
  const field = useFieldLabel(programme);
  const months = useMonths();
  const integrations = useQuery(integrationsQuery(programme)).data ?? [];
  return {
    name(filter) {
      switch (filter) {
        case 'search':
        case 'state':
        case 'integration':
        case 'joinedWithinDays':
        case 'birthdayMonth':
          return t(`people.filter.${filter}`);
        default:
          return field(filter);
      }
    },
    value(filter, value) {
      if (filter === 'state' && isState(value)) return t(`people.state.${value}`);
      if (filter === 'integration') return integrations.find(({ id }) => id === value)?.name ?? t('people.filter.gone');
      if (filter === 'joinedWithinDays') return t('people.filter.days', { days: Number(value) });
      if (filter === 'birthdayMonth') return months.find((month) => month.value === value)?.label ?? value;
      return value;
    },
  };
}

/** A filter in one sentence: "Department is Sales or Operations, and joined in the last 30 days". */
export function useFilterSentence(
  programme: string,
  filters: readonly MemberFilter[],
): (filter: MemberFilter) => string {
  const t = useText();
  const intl = useIntl();
  const words = useFilterWords(programme);
  const hasManager = filters.some(({ managerId = [] }) => managerId.length > 0);
  const manager = useValueName(programme, 'managerId', hasManager);
  return (filter) => {
    const parts = Object.entries(filter)
      .filter(([, values]) => values.length > 0)
      .map(([name, values]) => {
        const list = intl.formatList(
          values.map((value) => (name === 'managerId' ? manager(value) : words.value(name, value))),
          { type: 'disjunction' },
        );
        if (name === 'search') return t('people.sentence.search', { text: values[0] ?? '' });
        if (name === 'joinedWithinDays') return t('people.sentence.joined', { days: Number(values[0]) });
        if (name === 'birthdayMonth') return t('people.sentence.birthday', { months: list });
        return t('people.sentence.is', { name: words.name(name), values: list });
      });
    return parts.length === 0 ? t('people.sentence.everybody') : intl.formatList(parts, { type: 'conjunction' });
  };
}

function isState(value: string): value is 'active' | 'closing-down' | 'deleted' {
  return ['active', 'closing-down', 'deleted'].includes(value);
}
