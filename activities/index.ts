import type { Client } from '@temporalio/client';
import type { Environment } from '../config/environment.js';
import type { KeySource } from '../config/key-ring.js';
import type { Logger } from '../config/logging.js';
import type { Database } from '../database/connection.js';
import type { MailTransport } from '../mails/transport.js';
import { createAccountMails } from './account-mails.js';
import { createOpenAccount } from './accounts.js';
import { createAuthorize } from './authorize.js';
import { crossing } from './failures.js';
import { createFetch } from './fetch.js';
import { createLookUp } from './look-up.js';
import { createMap } from './map.js';
import { createNotify } from './notify.js';
import { createPlan } from './plan.js';
import { createProvision } from './provision.js';
import { createReconcileSchedules } from './reconcile-schedules.js';
import { createReconcileWorkflows } from './reconcile-workflows.js';
import { createRunActivities } from './run.js';
import { createSchedule } from './schedule.js';
import { createSegment } from './segment.js';
import { createSendSoon } from './send-soon.js';
import { createSweep } from './sweep.js';
import { createTurnActivities } from './turn.js';
import { createUnlink } from './unlink.js';

/** All activities, by the task queue they belong to. What they need is handed in, so a test can hand in its own. */
export interface Dependencies {
  readonly db: Database;
  readonly environment: Environment;
  readonly keys: KeySource;
  readonly temporal: () => Promise<Client>;
  readonly mail: MailTransport;
  readonly publicUrl: string;
  readonly log: Logger;
}

export function createActivities(dependencies: Dependencies) {
  const { db, environment, log } = dependencies;
  const patience = { providerSeconds: environment.ROLLCALL_PROVIDER_PATIENCE_SECONDS };
  const openAccount = createOpenAccount(dependencies);
  const database = {
    ...createRunActivities({ db }),
    ...createTurnActivities({ db }),
    mapPeople: createMap({ db }),
    segment: createSegment({ db }),
    plan: createPlan({ db }),
    provision: createProvision({ db }),
    putSchedule: createSchedule(dependencies),
    sendSoon: createSendSoon(dependencies),
    sweepProgrammes: createSweep(dependencies),
    reconcileWorkflows: createReconcileWorkflows(dependencies),
    reconcileSchedules: createReconcileSchedules(dependencies),
  };
  const provider = {
    unlinkAccounts: createUnlink(dependencies),
    fetchPages: createFetch({ db, openAccount, patience }),
    lookUpMissing: createLookUp({ db, openAccount }),
    probe: createAuthorize({ db, openAccount }),
  };
  const mail = { ...createNotify(dependencies), ...createAccountMails(dependencies) };
  const guard = <T extends Activities>(activities: T): T => guarded(activities, patience, log);
  return { database: guard(database), provider: guard(provider), mail: guard(mail) };
}

type Activity = (...args: never[]) => Promise<unknown>;
type Activities = Readonly<Record<string, Activity>>;

/** Every activity crosses through failures.ts; none can be forgotten. */
function guarded<T extends Activities>(activities: T, patience: Parameters<typeof crossing>[1], log: Logger): T {
  const entries = Object.entries(activities).map(([name, activity]) => [name, crossing(activity, patience, log)]);
  return Object.fromEntries(entries) as T;
}

type All = ReturnType<typeof createActivities>;
export type DatabaseActivities = All['database'];
export type ProviderActivities = All['provider'];
export type MailActivities = All['mail'];
