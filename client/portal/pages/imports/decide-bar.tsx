import { Button, Checkbox, Group, Paper, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Problem } from '../../api/fetch.js';
import type { ImportPlace } from '../../api/imports.js';
import {
  decide,
  protectMember,
  type Cause,
  type Decision,
  type HeldPerson,
  type Question,
} from '../../api/questions.js';
import { useText } from '../../app/text.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';

/** From here on a slip would hurt many: the number has to be typed. */
const LARGE = 10;

type Act = 'approve' | 'reject' | 'protect';

interface DecideBarProps {
  readonly place: ImportPlace;
  readonly question: Question;
  readonly seen: string;
  /** Only people held for this are shown, and so only they are meant by "all". */
  readonly cause: Cause | null;
  readonly chosen: readonly HeldPerson[];
  readonly onDone: () => void;
  readonly onChanged: () => void;
}

/** What can be done about those who were chosen, or about all who are shown. */
export function DecideBar(props: DecideBarProps) {
  const t = useText();
  const { question, cause, chosen } = props;
  const [act, setAct] = useState<Act | null>(null);
  const total =
    cause === null ? Object.values(question.waiting).reduce((all, count) => all + count, 0) : question.waiting[cause];
  const count = chosen.length > 0 ? chosen.length : total;
  const scope = chosen.length > 0 ? 'chosen' : cause === null ? 'all' : 'cause';
  // A set that is not the one that was looked at is looked at first.
  const isStale = props.seen !== question.planDigest;
  return (
    <Paper withBorder p="md" pos="sticky" bottom={0} style={{ zIndex: 2 }}>
      <Group justify="space-between">
        <Text size="sm" role="status">
          {isStale
            ? t('decisions.decide.stale')
            : t(`decisions.decide.scope.${scope}`, {
                count,
                cause: cause === null ? '' : t(`decisions.cause.${cause}`),
              })}
        </Text>
        <Group gap="sm">
          {chosen.length > 0 && (
            <Button variant="subtle" disabled={isStale} onClick={() => setAct('protect')}>
              {t('decisions.decide.protect', { count })}
            </Button>
          )}
          <Button variant="default" disabled={isStale} onClick={() => setAct('reject')}>
            {t('decisions.decide.reject', { count })}
          </Button>
          <Button disabled={isStale} onClick={() => setAct('approve')}>
            {t('decisions.decide.approve', { count, what: whatOf(props) })}
          </Button>
        </Group>
      </Group>
      {act !== null && <Confirm {...props} act={act} count={count} onClose={() => setAct(null)} />}
    </Paper>
  );
}

function Confirm({ act, count, onClose, ...props }: DecideBarProps & { act: Act; count: number; onClose: () => void }) {
  const t = useText();
  const [typed, setTyped] = useState('');
  const [isRefused, setRefused] = useState(false);
  const [understood, setUnderstood] = useState(false);
  const carry = useDecision(props, act, onClose);
  const causes = causesOf(props);
  const what = whatOf(props);
  const isLarge = act === 'approve' && count >= LARGE;
  const isSure = !isLarge || Number(typed.trim()) === count;
  const isAgreed = act !== 'protect' || understood;
  return (
    <ConfirmDialog
      opened
      title={t(`decisions.confirm.${act}.title`, { count, what })}
      action={t(`decisions.decide.${act}`, { count, what })}
      isDanger={act === 'approve'}
      isBusy={carry.isPending}
      error={carry.error}
      onConfirm={() => {
        setRefused(!isSure || !isAgreed);
        if (isSure && isAgreed) carry.mutate();
      }}
      onClose={onClose}
    >
      {act === 'approve' && causes.some((cause) => cause !== 'identity' && cause !== 'invitation') && (
        <Text>{t('decisions.confirm.approve.removal')}</Text>
      )}
      {act === 'approve' && causes.includes('identity') && <Text>{t('decisions.confirm.approve.identity')}</Text>}
      {act === 'approve' && causes.includes('invitation') && <Text>{t('decisions.confirm.approve.invitation')}</Text>}
      {act !== 'approve' && <Text>{t(`decisions.confirm.${act}.text`, { count })}</Text>}
      {isLarge && (
        <TextInput
          label={t('decisions.confirm.type', { count })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={
            isRefused && !isSure
              ? t(typed.trim() === '' ? 'decisions.confirm.typeMissing' : 'decisions.confirm.typeWrong', {
                  typed,
                  count,
                })
              : null
          }
          inputMode="numeric"
          autoComplete="off"
          data-autofocus
        />
      )}
      {act === 'protect' && (
        <Checkbox
          label={t('decisions.confirm.protect.check', { count })}
          checked={understood}
          onChange={(event) => setUnderstood(event.currentTarget.checked)}
          error={isRefused && !understood ? t('decisions.confirm.checkMissing') : null}
        />
      )}
    </ConfirmDialog>
  );
}

function causesOf({ question, cause, chosen }: DecideBarProps): Cause[] {
  if (chosen.length > 0) return [...new Set(chosen.map((person) => person.cause))];
  if (cause !== null) return [cause];
  return (['leaver', 'revoked', 'vanished', 'identity', 'invitation'] as const).filter(
    (one) => question.waiting[one] > 0,
  );
}

/** So that the button says what it does; of several kinds it says that they are approved. */
function whatOf(props: DecideBarProps): 'removal' | 'identity' | 'invitation' | 'several' {
  const [what, ...others] = new Set(
    causesOf(props).map((cause) => (cause === 'identity' || cause === 'invitation' ? cause : 'removal')),
  );
  return what === undefined || others.length > 0 ? 'several' : what;
}

function useDecision(props: DecideBarProps, act: Act, onClose: () => void) {
  const t = useText();
  const client = useQueryClient();
  const { place, seen, cause, chosen, onDone, onChanged } = props;
  return useMutation({
    mutationFn: async () => {
      if (act === 'protect') for (const { member } of chosen) await protectMember(place.programme, member);
      const only = chosen.flatMap(({ employeeId }) => (employeeId === null ? [] : [employeeId]));
      const body: Decision = {
        decision: act === 'approve' ? 'approve' : 'reject',
        planDigest: seen,
        ...(cause === null ? {} : { causes: [cause] }),
        ...(chosen.length === 0 ? {} : { only }),
      };
      return decide(place, body);
    },
    onSuccess: ({ decided, stillHeld }) => {
      notifications.show({ message: t(`decisions.decide.told.${act}`, { decided, stillHeld }) });
      onClose();
      onDone();
    },
    onError: (error) => {
      // What was shown is not so any more: the page tells what is.
      if (error instanceof Problem && error.status === 409) onChanged();
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['question'] });
      void client.invalidateQueries({ queryKey: ['held-people'] });
      void client.invalidateQueries({ queryKey: ['import', place.programme, place.integration] });
      void client.invalidateQueries({ queryKey: ['imports', place.programme, place.integration] });
      void client.invalidateQueries({ queryKey: ['integration', place.programme, place.integration] });
    },
  });
}
