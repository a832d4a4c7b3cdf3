/** Imports: while they run, what they did, what waits for a decision, and how to take them back. */
export const imports = {
  'imports.temporal': 'Open in Temporal',

  'imports.kind.import': 'Import',
  'imports.kind.review': 'Review',
  'imports.kind.person': 'One person',
  'imports.kind.retry': 'Retry',
  'imports.kind.removals': 'Removals',
  'imports.kind.undo': 'Undo',
  'imports.kind.undoLook': 'Look at an undo',
  'imports.title.import': 'Import of {at}',
  'imports.title.review': 'Review of {at}',
  'imports.title.person': 'Import of one person, {at}',
  'imports.title.retry': 'Retry of {at}',
  'imports.title.removals': 'Removals of {at}',
  'imports.title.undo': 'Undo of {at}',
  'imports.title.undoLook': 'Look at an undo, {at}',
  'imports.by.first': 'the first',
  'imports.by.schedule': 'on schedule',
  'imports.by.on-demand': 'on request',
  'imports.by.webhook': 'the HR system called',
  'imports.trigger.first': 'The first import after publishing.',
  'imports.trigger.schedule':
    '{kind, select, removals {Started by the hourly check for last working days.} other {Started on schedule.}}',
  'imports.trigger.on-demand':
    '{kind, select, removals {Carries out what somebody approved.} undo {Puts back what an earlier import did.} retry {Imports again those with whom an import had trouble.} other {Started because somebody asked for it.}}',
  'imports.trigger.webhook': 'Started because the HR system told of changes.',

  'imports.phase.fetch': 'Reading people from the HR system',
  'imports.phase.map': 'Checking what was read',
  'imports.phase.segment': 'Deciding who is eligible',
  'imports.phase.plan': 'Working out what has to change',
  'imports.phase.provision': 'Changing accounts',
  'imports.phase.notify': 'Sending mails and the report',
  'imports.phase.done': 'Done',

  'imports.running.leave': 'You can leave this page; the import goes on without it.',
  'imports.running.unknown': 'How much there is to do is not known yet',
  'imports.running.heard': '{phase}: {percent, number} %',
  'imports.running.people': 'People done',
  'imports.running.ofTotal': '{done, number} of {total, number}',
  'imports.running.rate': 'Speed',
  'imports.running.perSecond': '{rate, number} a second',
  'imports.running.left': 'Time left in this step',
  'imports.running.none': '–',
  'imports.running.phases': 'Steps of the import',
  'imports.lost.title': 'No news since the connection was lost',
  'imports.lost.text':
    'The import goes on without this page. What you see is from {at}; it is brought up to date as soon as the connection is back.',

  'imports.cancel.open': 'Cancel the import',
  'imports.cancel.title': 'Cancel this import?',
  'imports.cancel.confirm': 'Cancel the import now',
  'imports.cancel.review': 'A review changes nobody, so nothing is lost. You can start another one at any time.',
  'imports.cancel.unchanged':
    'No account has been changed yet, and none will be. The next import starts from the beginning.',
  'imports.cancel.changed':
    'Accounts that were changed already stay as they are now. Everybody else stays as before; the next import does the rest.',
  'imports.cancel.told': 'The import is being cancelled; it stops at the next safe point.',

  'imports.did.created': '{count, number} new',
  'imports.did.adopted': '{count, number} adopted',
  'imports.did.reactivated': '{count, number} back again',
  'imports.did.transferred': '{count, number} taken over',
  'imports.did.updated': '{count, number} updated',
  'imports.did.leaver': '{count, number} left',
  'imports.did.revoked': '{count, number} no longer eligible',
  'imports.did.vanished': '{count, number} gone from the directory',
  'imports.summary.waiting': '{count, plural, one {# waits} other {# wait}} for your decision',
  'imports.summary.errors': '{count, plural, one {# error} other {# errors}}',
  'imports.summary.cancelled': 'Cancelled before anything changed',
  'imports.summary.would': 'Would be: {acts}',
  'imports.summary.nothing': 'Nothing had to change',

  'imports.done.created': '{count, plural, one {# new account} other {# new accounts}}',
  'imports.done.adopted':
    '{count, plural, one {# account that existed before adopted} other {# accounts that existed before adopted}}',
  'imports.done.reactivated': '{count, plural, one {# account opened again} other {# accounts opened again}}',
  'imports.done.transferred':
    '{count, plural, one {# account taken over from another integration} other {# accounts taken over from another integration}}',
  'imports.done.updated': '{count, plural, one {# account updated} other {# accounts updated}}',
  'imports.done.leaver':
    '{count, plural, one {# account closed because the person left} other {# accounts closed because the people left}}',
  'imports.done.revoked':
    '{count, plural, one {# account closed because the person is no longer eligible} other {# accounts closed because the people are no longer eligible}}',
  'imports.done.vanished':
    '{count, plural, one {# account closed because the person is gone from the directory} other {# accounts closed because the people are gone from the directory}}',

  'imports.story.title': 'What happened',
  'imports.story.read':
    'It read {people, plural, one {# person} other {# people}} from {integration} in {duration}{proven, select, yes { and proved that nobody was missed} other {}}.',
  'imports.story.began':
    '{kind, select, removals {{trigger, select, schedule {It closed accounts whose last working day is over} other {It carried out what was approved}}, in {duration}.} undo {It worked through what the earlier import had done, in {duration}.} other {It took {duration}.}}',
  'imports.story.did': 'Done: {acts}.',
  'imports.story.would': 'This would be done: {acts}.',
  'imports.story.nothing': 'Everybody was as they should be: nothing had to change.',
  'imports.story.held.open':
    '{count, plural, one {# change waits} other {# changes wait}} for your decision; nothing else does.',
  'imports.story.held.review':
    '{count, plural, one {# change would wait} other {# changes would wait}} for a decision.',
  'imports.story.held.ended':
    '{count, plural, one {# change was} other {# changes were}} held and not carried out by this import.',
  'imports.story.overtaken':
    '{count, plural, one {# change was} other {# changes were}} overtaken: the member was changed by something else meanwhile. The next import looks again.',
  'imports.story.rest':
    '{unchanged, plural, =0 {} one {# person was as they should be.} other {# people were as they should be.}}{skipped, plural, =0 {} one { # person was passed over, because they are not meant to have an account.} other { # people were passed over, because they are not meant to have an account.}}',
  'imports.story.errors':
    '{kind, select, undo {{count, plural, one {# person stays as they are} other {# people stay as they are}}, because something changed them later.} other {{count, plural, one {# person stays exactly as they are} other {# people stay exactly as they are}}, because a value could not be used.{old, select, yes {} other { See below what to do.}}}}',
  'imports.story.failed': 'It could not be finished. What it had done by then stays.',
  'imports.story.cancelled': 'It was cancelled; what it had done by then stays.',
  'imports.story.cancelledEarly': 'It was cancelled before anything was changed.',
  'imports.proof.none': 'So nobody was removed for being absent.',
  'imports.proof.some': 'It looked at some people alone, so nobody could be removed for being absent.',

  'imports.failure.title': 'The import failed',
  'imports.failure.authorization-lost': 'Authorize the integration again; the key is no longer accepted.',
  'imports.failure.insufficient-scope': 'Give the key more rights in the HR system, then authorize again.',
  'imports.failure.provider-unavailable':
    'Usually nothing has to be done: the next import tries again. If it goes on, ask the vendor whether the HR system is down.',
  'imports.failure.provider-contract':
    'The HR system answers in a way Rollcall does not know. Tell whoever runs Rollcall.',
  'imports.failure.rate-limited':
    'The HR system asks for a break. The next import tries again; import less often if it goes on.',
  'imports.failure.mapping-invalid': 'Open the mapping, mend what is marked, and publish it.',
  'imports.failure.directory-empty':
    'The HR system gave nobody at all. Check there whether the key may still see people; nobody was removed.',
  'imports.failure.interrupted': 'Start the import again; nothing is lost.',
  'imports.failure.cancelled-by-revoke': 'Access was revoked meanwhile. Authorize the integration again to go on.',
  'imports.failure.other': 'Start the import again. If it happens again, tell whoever runs Rollcall.',

  'imports.held.open':
    '{count, plural, one {# person waits for your decision} other {# people wait for your decision}}',
  'imports.held.approved': 'What was held here was approved',
  'imports.held.rejected': 'What was held here was rejected: everybody stays',
  'imports.held.expired': 'Nobody answered in time, so everybody stays',
  'imports.held.text':
    'More people would have been affected than the limit allows, so nothing was done to them. Everything else is done.',
  'imports.held.go': 'Look and decide',
  'imports.held.look': 'See who decided what',

  'imports.impact.title': 'What it means for the programme',
  'imports.impact.before': 'Members before',
  'imports.impact.after': 'Members after',
  'imports.impact.would': 'Members it would leave',
  'imports.impact.difference': 'Difference',

  'imports.changes.title': 'Changes, person by person',
  'imports.changes.table': 'Table of the changes',
  'imports.changes.download': 'Download as CSV',
  'imports.changes.search': 'Search by name, e-mail or employee ID',
  'imports.changes.kind': 'Kind of change',
  'imports.changes.all': 'All kinds',
  'imports.changes.allKinds': 'Show all kinds',
  'imports.changes.none': 'Nobody fits',
  'imports.changes.noneFiltered': 'Try fewer letters, or show all kinds.',
  'imports.changes.gone': 'The changes of this import are older than they are kept.',
  'imports.column.person': 'Person',
  'imports.column.change': 'Change',
  'imports.column.why': 'Why',
  'imports.column.values': 'Before and after',
  'imports.column.field': 'Field',
  'imports.column.wrong': 'What is wrong',
  'imports.column.received': 'Received',
  'imports.column.allowed': 'Allowed',
  'imports.column.who': 'Who can fix it',
  'imports.column.run': 'Import',
  'imports.column.state': 'State',
  'imports.column.did': 'What it did',
  'imports.column.members': 'Members after',
  'imports.column.took': 'Took',
  'imports.person.unknown': 'Somebody without a name',
  'imports.person.id': 'Employee {id}',
  'imports.values.becomes': 'becomes',
  'imports.values.empty': 'empty',
  'imports.values.none': '–',
  'imports.values.more': '{count, number} more',
  'imports.values.fewer': 'Show fewer',
  'imports.outcome.held': 'Held',
  'imports.outcome.stale': 'Overtaken by a later change',
  'imports.outcome.conflict': 'Address taken meanwhile',
  'imports.outcome.none': 'Not done',

  'imports.old.title': 'This import is old: what it did in detail is deleted',
  'imports.old.gone':
    'Details are kept for a limited time. Those of this import were deleted on {at}: the values before and after, and what decided for each person. So it cannot be undone any more.',
  'imports.old.problems':
    'Its errors ({errors, number}) and warnings ({warnings, number}) are deleted, too, and with them their files.',
  'imports.old.kept':
    'What stays: that it ran, its numbers, who decided what, and of each change its kind, whose account it was and what became of it. The list below and its file have these.',

  'imports.problems.title': 'Errors and warnings',
  'imports.problems.text':
    'Whoever has an error stays exactly as they are until it is mended: not changed and not removed. Warnings hold nobody up.',
  'imports.problems.warningsOnly': 'These values look wrong, but hold nobody up.',
  'imports.problems.errors': 'Errors ({count, number})',
  'imports.problems.warnings': 'Warnings ({count, number})',
  'imports.problems.table.error': 'Errors',
  'imports.problems.table.warning': 'Warnings',
  'imports.problems.csv': 'Download as CSV',
  'imports.problems.json': 'Download as JSON',
  'imports.fixedBy.hr': 'HR',
  'imports.fixedBy.hr.how': 'Correct it in the HR system, then retry.',
  'imports.fixedBy.admin': 'You',
  'imports.fixedBy.admin.how': 'Change the mapping or the segment here.',
  'imports.fixedBy.operator': 'Whoever runs Rollcall',
  'imports.fixedBy.operator.how': 'Tell them what you see here.',
  'imports.fixedBy.provider': 'The vendor',
  'imports.fixedBy.provider.how': 'Ask the support of the HR system.',
  'imports.unsent.title': '{count, plural, one {# invitation} other {# invitations}} may not have arrived',
  'imports.unsent.text':
    'Nobody is mailed twice by mistake, so these are not sent again by themselves. Where the address was refused, correct it in the HR system first.',
  'imports.unsent.table': 'Invitations that may not have arrived',
  'imports.unsent.again': 'Send {count, plural, one {again} other {all # again}}',
  'imports.unsent.againTo': 'Send again to {email}',
  'imports.unsent.means':
    '{count, plural, one {Another invitation goes to {email} at once, with a new link.} other {Another invitation goes to each of these # members at once, with a new link.}} Links of earlier invitations open nothing any more. Who got the first one after all gets two mails.',
  'imports.unsent.done':
    '{count, plural, one {An invitation is on its way to {email}.} other {# invitations are on their way.}}',
  'imports.retry.button': 'Retry {count, plural, one {# person} other {# people}}',
  'imports.retry.told': '{count, plural, one {# person is} other {# people are}} being imported again.',

  'imports.now.button': 'Import data now',
  'imports.now.started': 'The import has started.',
  'imports.now.joined': 'An import was running already; this is it.',
  'imports.now.refused': 'No import was started',

  'imports.history.title': 'Import history',
  'imports.history.text': 'Every import of this integration, newest first.',
  'imports.history.runs': 'Imports',
  'imports.history.table': 'Imports, newest first',
  'imports.history.kind': 'Kind',
  'imports.history.state': 'State',
  'imports.history.allKinds': 'All kinds',
  'imports.history.allStates': 'All states',
  'imports.history.none': 'No imports',
  'imports.history.noneFiltered': 'None is of this kind and state. Show all to see the others.',
  'imports.history.noneYet': 'The first import starts when the integration is published.',

  'imports.chart.title': 'Members over time',
  'imports.chart.table': 'As a table',
  'imports.chart.byDay': 'Members day by day',
  'imports.chart.span': 'How far back',
  'imports.chart.days': '{days, plural, =365 {1 year} other {# days}}',
  'imports.chart.none': 'There is nothing to draw yet: no import ended in this time.',
  'imports.chart.members': 'Members',
  'imports.chart.joined': 'Joined',
  'imports.chart.left': 'Left',
  'imports.chart.day': 'Day',
  'imports.chart.runs': 'Imports',
  'imports.chart.runsOf': '{runs, number}{failed, plural, =0 {} other {, # failed}}',
  'imports.chart.words':
    'Chart of {days, plural, one {# day} other {# days}}: {members, number} members at the end; {joined, number} joined and {left, number} left. Switch to the table for the numbers of each day.',
} as const;
