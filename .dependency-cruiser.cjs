/**
 * Who may import whom: the table of docs/principles.md as rules. A folder that is not named in `rooms` may import
 * nothing of ours.
 */
const rooms = {
  domain: [],
  config: [],
  providers: ['domain', 'config'],
  database: ['domain', 'config', 'migrations'],
  mails: ['domain', 'config'],
  activities: ['domain', 'providers', 'database', 'mails', 'config'],
  workflows: ['domain', 'config/task-queues\\.ts'],
  'client/operations': [
    'domain',
    'database',
    'config',
    'client/temporal-door\\.ts',
    'client/temporal\\.ts',
    'workflows/messages\\.ts',
    'providers/registry\\.ts',
  ],
  'client/api': ['client/operations', 'domain', 'config'],
  'client/portal': ['client/api/contract'],
  'client/cli': ['client/operations', 'domain', 'config'],
  workers: ['activities', 'domain', 'providers', 'database', 'mails', 'config', 'workflows/messages\\.ts'],
  embedded: ['config', 'database', 'workers', 'client', 'simulators', 'domain'],
  simulators: [],
  migrations: [],
};

const borders = Object.entries(rooms).map(([room, allowed]) => ({
  name: `${room.replace('/', '-')}-keeps-its-borders`,
  severity: 'error',
  comment: `${room} may import only: ${[room, ...allowed].join(', ') || 'nothing of ours'}`,
  from: { path: `^${room}/` },
  to: {
    path: '^(activities|bench|bin|client|config|database|domain|embedded|mails|migrations|providers|simulators|test|workers|workflows)/',
    pathNot: [`^${room}/`, ...allowed.map((target) => `^${target}${target.endsWith('.ts') ? '$' : '/'}`)],
  },
}));

module.exports = {
  forbidden: [
    ...borders.map((rule) =>
      rule.from.path === '^workflows/'
        ? { ...rule, to: { ...rule.to, pathNot: [...rule.to.pathNot, '^activities/'] } }
        : rule,
    ),
    {
      name: 'workflows-know-activities-by-type-only',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^activities/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflows-do-no-input-or-output',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'workflows-use-the-workflow-package-alone',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: 'node_modules', pathNot: ['node_modules/@temporalio/(workflow|common)/'] },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: '^domain/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'tests-are-imported-by-nothing',
      severity: 'error',
      from: { pathNot: '^(test|bench)/' },
      to: { path: '^(test|bench)/' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.js', '.json'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
