export const connect = {
  'connect.trail': 'Where this page belongs',
  'connect.back': 'Back',
  'connect.rail': 'Steps of connecting',
  'connect.rail.present': 'Step {number} of {total}: {step}',
  'connect.step.setup': 'Initial setup',
  'connect.step.authorize': 'Authorize',
  'connect.step.mapping': 'Map fields',
  'connect.step.segment': 'Who is included',
  'connect.step.review': 'Review and publish',
  'connect.standing.done': '(done)',
  'connect.standing.open': '(can be done now)',
  'connect.standing.locked': '(locked until the steps before are done)',
  'connect.locked.title': 'Not yet',
  'connect.locked.setup': 'The initial setup comes first: when to import, and what an import may do.',
  'connect.locked.authorize':
    'Rollcall has no access to the HR system. Authorize it first; then its fields and people can be shown here.',
  'connect.locked.mapping': 'Map the fields first. At least the e-mail is needed to know who is who.',
  'connect.locked.go': 'Go to “{step}”',
  'connect.live.note':
    'This integration is live. What you change here is kept as a draft: imports go on as before until you publish.',
  'connect.live.unpublished':
    'There are changes that are not live yet. Imports go on with what was published until you publish them.',
  'connect.live.review': 'Review and publish',
} as const;
