import { Badge, Card, Checkbox, Stack, Table, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconUsers } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ImportPlace } from '../../api/imports.js';
import { heldPeopleQuery, type Cause, type HeldPerson, type Question } from '../../api/questions.js';
import { useMayWrite } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { EmptyState } from '../../parts/empty-state.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { ShowMore } from '../../parts/show-more.js';
import { Waiting } from '../../parts/waiting.js';
import { DecideBar } from './decide-bar.js';
import { FieldChanges } from './field-changes.js';
import { PeopleFilter } from './people-filter.js';
import { Person } from './person.js';
import classes from './imports.module.css';

const CAUSES = ['leaver', 'revoked', 'vanished', 'identity', 'invitation'] as const;
const TYPING_MS = 300;

interface HeldPeopleProps {
  readonly place: ImportPlace;
  readonly question: Question;
  /** The digest of the set that whoever decides has looked at. */
  readonly seen: string;
  readonly onChanged: () => void;
  readonly onDone: () => void;
}

/** Everybody who waits, with the reason; chosen one by one, by cause, or all together. */
export function HeldPeople({ place, question, seen, onChanged, onDone }: HeldPeopleProps) {
  const t = useText();
  const isOpen = question.state === 'open';
  const mayDecide = useMayWrite(place.programme) && isOpen;
  const [cause, setCause] = useState<Cause | null>(null);
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), TYPING_MS);
  const [chosen, setChosen] = useState<ReadonlyMap<string, HeldPerson>>(new Map());
  const people = useInfiniteQuery(
    heldPeopleQuery(place, { cause, decision: isOpen ? 'waiting' : null, search: search === '' ? null : search }),
  );
  const items = people.data?.pages.flatMap((page) => page.items) ?? [];
  const present = CAUSES.filter((name) => !isOpen || question.waiting[name] > 0);
  return (
    <Card component="section" aria-labelledby="people">
      <Stack gap="sm">
        <Title order={2} id="people">
          {t(isOpen ? 'decisions.people.title' : 'decisions.people.ended')}
        </Title>
        <PeopleFilter
          typed={typed}
          onType={setTyped}
          choice={{
            label: t('decisions.people.cause'),
            all: t('decisions.people.allCauses'),
            showAll: t('decisions.people.allCauses'),
            names: present.map((name) => ({ value: name, label: t(`decisions.cause.${name}`) })),
            value: cause,
            onChange: setCause,
          }}
        />
        {people.isPending ? (
          <Waiting />
        ) : people.isError ? (
          <ProblemAlert error={people.error} onRetry={() => void people.refetch()} />
        ) : items.length === 0 ? (
          <EmptyState icon={<IconUsers />} title={t('imports.changes.none')} text={t('imports.changes.noneFiltered')} />
        ) : (
          <>
            <PeopleTable programme={place.programme} items={items} choice={mayDecide ? { chosen, setChosen } : null} />
            <ShowMore
              shown={items.length}
              hasMore={people.hasNextPage}
              isBusy={people.isFetchingNextPage}
              onMore={() => void people.fetchNextPage()}
            />
          </>
        )}
        {mayDecide && (
          <DecideBar
            place={place}
            question={question}
            seen={seen}
            cause={cause}
            chosen={[...chosen.values()]}
            onDone={() => {
              setChosen(new Map());
              onDone();
            }}
            onChanged={onChanged}
          />
        )}
      </Stack>
    </Card>
  );
}

interface Choice {
  readonly chosen: ReadonlyMap<string, HeldPerson>;
  readonly setChosen: (chosen: ReadonlyMap<string, HeldPerson>) => void;
}

function PeopleTable({
  programme,
  items,
  choice,
}: {
  programme: string;
  items: readonly HeldPerson[];
  choice: Choice | null;
}) {
  const t = useText();
  const choosable = items.filter(({ employeeId }) => employeeId !== null);
  const all = choice !== null && choosable.every(({ member }) => choice.chosen.has(member));
  const some = choice !== null && choosable.some(({ member }) => choice.chosen.has(member));
  return (
    <Table.ScrollContainer
      minWidth={720}
      mah={560}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('decisions.people.table'), role: 'region' } }}
    >
      <Table stickyHeader>
        <Table.Thead>
          <Table.Tr>
            {choice !== null && (
              <Table.Th w={48}>
                <Checkbox
                  aria-label={t('decisions.people.chooseShown')}
                  checked={all}
                  indeterminate={some && !all}
                  onChange={() =>
                    choice.setChosen(all ? new Map() : new Map(choosable.map((one) => [one.member, one])))
                  }
                />
              </Table.Th>
            )}
            <Table.Th>{t('imports.column.person')}</Table.Th>
            <Table.Th>{t('decisions.people.cause')}</Table.Th>
            <Table.Th>{t('imports.column.why')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((person) => (
            <PersonRow key={`${person.member}-${person.cause}`} programme={programme} person={person} choice={choice} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function PersonRow({ programme, person, choice }: { programme: string; person: HeldPerson; choice: Choice | null }) {
  const t = useText();
  const isChosen = choice?.chosen.has(person.member) ?? false;
  const note = person.protected ? 'protected' : person.gone && person.decision === null ? 'gone' : person.decision;
  return (
    <Table.Tr style={{ verticalAlign: 'top' }} {...(isChosen ? { bg: 'var(--mantine-primary-color-light)' } : {})}>
      {choice !== null && (
        <Table.Td>
          <Checkbox
            aria-label={t('decisions.people.choose', { name: person.name ?? person.email ?? person.employeeId ?? '' })}
            checked={isChosen}
            // Without an employee ID somebody can only be decided about together with all others.
            disabled={person.employeeId === null}
            onChange={() => {
              const next = new Map(choice.chosen);
              if (!next.delete(person.member)) next.set(person.member, person);
              choice.setChosen(next);
            }}
          />
        </Table.Td>
      )}
      <Table.Td className={classes.person ?? ''}>
        <Person programme={programme} person={person} />
      </Table.Td>
      <Table.Td className={classes.kind ?? ''}>
        <Stack gap={4} align="flex-start">
          <Text size="sm">{t(`decisions.cause.${person.cause}`)}</Text>
          {note !== null && (
            <Badge variant="outline" color="gray" tt="none" fw={500}>
              {t(`decisions.people.${note}`)}
            </Badge>
          )}
        </Stack>
      </Table.Td>
      <Table.Td className={classes.reason ?? ''}>
        <Text size="sm">{person.reason}</Text>
        <FieldChanges fields={person.fields} />
      </Table.Td>
    </Table.Tr>
  );
}
