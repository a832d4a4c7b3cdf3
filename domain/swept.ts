/** What a sweep brought about. Counts alone; it stands in a history. */
export interface Swept {
  readonly programmes: number;
  /** Reminders of lost access. */
  readonly reminded: number;
  /** Integrations that nothing has come through of for long. */
  readonly noticed: number;
  /** Questions about held removals that nobody answered in time. */
  readonly questionsExpired: number;
  /** Credentials that were typed and never proven good. */
  readonly candidatesExpired: number;
  /** Integrations with mails that nobody was sending. */
  readonly mailsFound: number;
  /** Runs whose details were older than the retention period. */
  readonly detailsDeleted: number;
}

export function describeSwept(swept: Swept): string {
  const { programmes, reminded, noticed, questionsExpired, candidatesExpired, mailsFound, detailsDeleted } = swept;
  const done: [number, string][] = [
    [reminded, 'reminded of lost access'],
    [noticed, 'noticed to be without success'],
    [questionsExpired, 'questions expired'],
    [candidatesExpired, 'unproven credentials destroyed'],
    [mailsFound, 'with mails left behind'],
    [detailsDeleted, 'runs whose details were deleted'],
  ];
  const told = done.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return [`${programmes} programmes swept`, ...(told.length === 0 ? ['nothing was due'] : told)].join(', ');
}
