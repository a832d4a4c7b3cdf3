/** People whom an import holds, what is decided about them, and undoing an import. */
export const decisions = {
  'decisions.decision.title':
    '{count, plural, one {# person waits for your decision} other {# people wait for your decision}}',
  'decisions.decision.ended': 'Nobody waits here any more',
  'decisions.decision.text':
    'Nothing has happened to them so far. Look at who they are and why, then approve, keep them as members, or decide about some of them.',
  'decisions.decision.back': 'Back to the import',
  'decisions.decision.none.title': 'Nothing waits for a decision',
  'decisions.decision.none.text': 'This import held nobody.',
  'decisions.decision.state.approved': 'Approved',
  'decisions.decision.state.approved.text': 'Everybody who was held has been decided about.',
  'decisions.decision.state.rejected': 'Rejected: everybody stays',
  'decisions.decision.state.rejected.text':
    'The same people are not asked about again for 14 days, unless more of them are to go.',
  'decisions.decision.state.expired': 'Expired: everybody stays',
  'decisions.decision.state.expired.text':
    'Nobody answered within 14 days, so nobody was removed. The next import asks again if they are still to go.',
  'decisions.decision.state.superseded': 'A newer import found something else',
  'decisions.decision.state.superseded.text':
    'Who is to go has changed since, so this question was put aside. Nobody was removed by it.',
  'decisions.decision.newer': 'Look at the question as it is now',
  'decisions.decision.changed': 'Who waits has changed while you were looking',
  'decisions.decision.changed.text': 'Look at the list as it is now before you decide.',
  'decisions.decision.since':
    '{added, plural, =0 {Nobody was added} one {# person was added} other {# people were added}}; {gone, plural, =0 {nobody dropped out} one {# person dropped out or was decided about} other {# people dropped out or were decided about}}.',
  'decisions.decision.look': 'Show the list as it is now',

  'decisions.why.title': 'Why they wait',
  'decisions.why.removals':
    '{count, plural, one {# of {members, number} members} other {# of {members, number} members}} would lose their account at once. Up to {limit, number} may without asking, so all of them wait.',
  'decisions.why.week':
    '{count, plural, one {# of {members, number} members} other {# of {members, number} members}} would lose their account. With those removed in the last seven days that is more than {week, number}, so all of them wait.',
  'decisions.why.unlimited':
    '{count, plural, one {# of {members, number} members} other {# of {members, number} members}} would lose their account. The limit that held them has been switched off since.',
  'decisions.why.identity':
    '{count, plural, one {# member} other {# members}} would be known by another e-mail address or key. Up to {limit, number} of {members, number} may without asking: a slip in the mapping could lock them all out.',
  'decisions.why.invitation':
    '{count, plural, one {# invitation waits} other {# invitations wait}}: more new people than usual. Their accounts are made.',
  'decisions.why.leaver.means': '{count, number} left: the HR system says that their employment ended.',
  'decisions.why.revoked.means': '{count, number} no longer eligible: they are employed, but outside the segment.',
  'decisions.why.vanished.means':
    '{count, number} gone: the HR system says so, or complete imports at least twelve hours apart did not find them. Where too many are missing to ask for each, that is done once their removal is approved.',
  'decisions.why.identity.means': '{count, number} with another address or key than before.',
  'decisions.why.invitation.means': '{count, number} whose invitation was not sent yet.',
  'decisions.why.expires':
    'If nobody answers, the question expires {at} and nobody is removed. Imports go on meanwhile; whoever is back drops out by themselves.',
  'decisions.compare.title': 'Compared with the import before',
  'decisions.compare.first': 'There was no import before this one.',
  'decisions.compare.what': 'People',
  'decisions.compare.now': 'This import',

  'decisions.cause.leaver': 'Left',
  'decisions.cause.revoked': 'No longer eligible',
  'decisions.cause.vanished': 'Gone from the directory',
  'decisions.cause.identity': 'Another address or key',
  'decisions.cause.invitation': 'Invitation',
  'decisions.people.title': 'Who waits',
  'decisions.people.ended': 'Who was held',
  'decisions.people.table': 'People who are held',
  'decisions.people.cause': 'Cause',
  'decisions.people.allCauses': 'All causes',
  'decisions.people.choose': 'Choose {name}',
  'decisions.people.chooseShown': 'Choose everybody shown',
  'decisions.people.protected': 'Protected',
  'decisions.people.gone': 'Closed already',
  'decisions.people.approved': 'Approved',
  'decisions.people.rejected': 'Stays',

  'decisions.decide.scope.all': 'Nobody is chosen: the buttons mean all {count, number}.',
  'decisions.decide.scope.cause': 'Nobody is chosen: the buttons mean all {count, number} with the cause “{cause}”.',
  'decisions.decide.scope.chosen': '{count, plural, one {# person is chosen.} other {# people are chosen.}}',
  'decisions.decide.stale': 'Look at the changed list first.',
  'decisions.decide.approve':
    '{what, select, removal {Close {count, plural, one {# account} other {# accounts}}} identity {Change {count, plural, one {# account} other {# accounts}}} invitation {Invite {count, plural, one {# person} other {# people}}} other {Approve {count, plural, one {# person} other {# people}}}}',
  'decisions.decide.reject': 'Keep {count, plural, one {# person} other {# people}}',
  'decisions.decide.protect': 'Protect {count, plural, one {# person} other {# people}} for good',
  'decisions.decide.told.approve':
    '{decided, plural, one {# person was} other {# people were}} approved; a run carries it out now. {stillHeld, plural, =0 {Nobody waits any more.} one {# person still waits.} other {# people still wait.}}',
  'decisions.decide.told.reject':
    '{decided, plural, one {# person stays} other {# people stay}} as they are. {stillHeld, plural, =0 {Nobody waits any more.} one {# person still waits.} other {# people still wait.}}',
  'decisions.decide.told.protect':
    '{decided, plural, one {# person is} other {# people are}} protected and stay as they are. {stillHeld, plural, =0 {Nobody waits any more.} one {# person still waits.} other {# people still wait.}}',
  'decisions.confirm.approve.title':
    '{what, select, removal {Close {count, plural, one {# account} other {# accounts}}} identity {Change {count, plural, one {# account} other {# accounts}}} invitation {Invite {count, plural, one {# person} other {# people}}} other {Approve {count, plural, one {# person} other {# people}}}}?',
  'decisions.confirm.approve.removal':
    'They lose access at once and are told by e-mail. Their account page stays for the grace period; then their personal data is erased. Until then this can be undone.',
  'decisions.confirm.approve.identity':
    'Members get the new address or key, read once more from the HR system. Whoever signs in with the old address has to use the new one.',
  'decisions.confirm.approve.invitation': 'The invitations are sent now.',
  'decisions.confirm.reject.title': 'Keep {count, plural, one {# person} other {# people}}?',
  'decisions.confirm.reject.text':
    '{count, plural, one {This person stays} other {These people stay}} exactly as they are. You are not asked about the same people again for 14 days, unless more are to go. If the HR system is wrong, mend it there.',
  'decisions.confirm.protect.title': 'Protect {count, plural, one {# person} other {# people}} for good?',
  'decisions.confirm.protect.text':
    'No import will ever remove {count, plural, one {this person} other {these people}}, whatever the HR system says, until somebody takes the protection away on their page. They stay as they are.',
  'decisions.confirm.protect.check':
    'I understand that {count, plural, one {this account} other {these accounts}} will not be closed by a sync any more',
  'decisions.confirm.type': 'This concerns many people. Type {count, number} to confirm',
  'decisions.confirm.typeWrong': '“{typed}” is not the number of people. Type {count, number}.',
  'decisions.confirm.typeMissing': 'Type {count, number} to go on.',
  'decisions.confirm.checkMissing': 'Tick this to go on.',
  'decisions.decided.title': 'What was decided',
  'decisions.decided.approved': '{who} approved {count, plural, one {# person} other {# people}} {at}.',
  'decisions.decided.rejected': '{who} kept {count, plural, one {# person} other {# people}} {at}.',
  'decisions.decided.by.admin': 'An admin',
  'decisions.decided.by.operator': 'An operator of the platform',
  'decisions.decided.by.program': 'A program with a token',
  'decisions.decided.run': 'See the run that carries it out',

  'decisions.undo.title': 'Undo',
  'decisions.undo.text':
    'If this import was a mistake, you can put back what it did until about {until}. You see first what that would change.',
  'decisions.undo.look': 'Look at an undo',
  'decisions.undo.done': 'What this import did was put back.',
  'decisions.undo.of': 'This run puts back what an earlier import did.',
  'decisions.undo.ofLook': 'This shows what an undo of an earlier import would put back; nothing was changed.',
  'decisions.undo.seeUndo': 'See the undo',
  'decisions.undo.seeOriginal': 'See the import that was undone',
  'decisions.undo.page': 'Undo an import',
  'decisions.undo.pageText': '{import}. Nothing happens until you have seen what would be put back and confirmed it.',
  'decisions.undo.pauses': 'An undo pauses the integration',
  'decisions.undo.pausesText':
    'Otherwise the next import would do the same again. Mend the cause (in the HR system, the mapping or the segment), then resume.',
  'decisions.undo.what': 'What shall be put back?',
  'decisions.undo.removals': 'Only the removals ({count, number})',
  'decisions.undo.removalsText': 'Closed accounts are opened again; all other changes stay.',
  'decisions.undo.all': 'Everything it did',
  'decisions.undo.allText':
    'New accounts are closed again, values go back to what they were, closed accounts are opened.',
  'decisions.undo.preview': 'Show what would be put back',
  'decisions.undo.previewAgain': 'Show it again',
  'decisions.undo.verdict': 'What the undo would do',
  'decisions.undo.nothing': 'Nothing can be put back any more.',
  'decisions.undo.later':
    '{count, plural, one {# person stays as they are} other {# people stay as they are}}, because something changed them after the import. They are listed below.',
  'decisions.undo.held':
    '{count, plural, one {# of these changes is} other {# of these changes are}} above a limit and would wait; by confirming you approve them.',
  'decisions.undo.button': 'Undo and pause the integration',
  'decisions.undo.confirm': 'Undo this import?',
  'decisions.undo.confirmText':
    'What you have seen is put back now. The integration is paused until somebody resumes it. Members whose accounts are opened again are told once by e-mail.',
  'decisions.undo.started': 'The undo has started and the integration is paused.',
} as const;
