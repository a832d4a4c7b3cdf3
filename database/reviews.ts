import type { Refusal } from '../domain/commands.js';
import { isId } from './ids.js';
import { findConfiguration, type Configuration, type Integration } from './integrations.js';
import type { Transaction } from './transaction.js';

/** What a review looked at, beside what would be published now and what is live. */
export const CONFIGURATION_PARTS = ['setup', 'mapping', 'segment'] as const;
export type ConfigurationPart = (typeof CONFIGURATION_PARTS)[number];

export interface ReviewStanding {
  /** It looked at the configuration as it is now: publishing does what it shows. */
  readonly current: boolean;
  /** In what the configuration as it is now differs from what is live; null: nothing was published yet. */
  readonly edited: readonly ConfigurationPart[] | null;
}

export async function standingOf(trx: Transaction, integration: string, review: string): Promise<ReviewStanding> {
  const { rows } = await trx.raw<{
    rows: ({ current: boolean; live: boolean } & Record<ConfigurationPart, boolean>)[];
  }>(
    `select reviewed.digest = edited.digest as current, live.id is not null as live,
       ${CONFIGURATION_PARTS.map((part) => `edited.${part} is distinct from live.${part} as ${part}`).join(', ')}
     from integrations i
     join import_runs r on r.id = :review and r.integration_id = i.id
     join integration_configs reviewed on reviewed.id = r.config_id
     join integration_configs edited on edited.id = coalesce(i.draft_config_id, i.published_config_id)
     left join integration_configs live on live.id = i.published_config_id
     where i.id = :integration`,
    { integration, review },
  );
  const row = rows[0];
  if (row === undefined) return { current: false, edited: null };
  return { current: row.current, edited: row.live ? CONFIGURATION_PARTS.filter((part) => row[part]) : null };
}

/** Whoever publishes a review publishes what they have seen, and not what somebody else has saved since. */
export async function refuseOutdated(
  trx: Transaction,
  { id }: Integration,
  review: string,
  configuration: Configuration,
): Promise<{ readonly refused: Refusal } | null> {
  const found = isId(review)
    ? await trx('import_runs')
        .where({ id: review, integration_id: id, kind: 'review' })
        .first<{ config_id: string } | undefined>('config_id')
    : undefined;
  if (found === undefined) return { refused: { code: 'plan-changed', detail: UNKNOWN_REVIEW } };
  const reviewed = await findConfiguration(trx, found.config_id);
  if (reviewed.digest === configuration.digest) return null;
  const parts = CONFIGURATION_PARTS.filter(
    (part) => JSON.stringify(reviewed[part]) !== JSON.stringify(configuration[part]),
  );
  const what = parts.map((part) => `the ${part}`).join(' and ');
  const detail = `Since this review somebody has saved other settings (${what}); nothing was published. Make a new review.`;
  return { refused: { code: 'plan-changed', detail } };
}

const UNKNOWN_REVIEW = 'There is no such review of this integration; nothing was published. Make a new review.';
