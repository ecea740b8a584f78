/**
 * The architecture rule (ARCHITECTURE.md, "Who may know whom"):
 *   cli -> gateway -> edges and adapters -> circulation -> nothing of ours.
 * test/architecture.test.ts also fails when this saw fewer modules than there are files, so that a tool that
 * quietly reads nothing cannot pass.
 */
const only = (folder, ...allowed) => ({
  name: `${folder}-knows-only`,
  comment: `src/${folder} may import only: itself${allowed.map((a) => `, ${a}`).join('')}`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: [`^src/${folder}/`, ...allowed.map((a) => `^src/${a}`)] },
});

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    only('circulation'),
    only('edge', 'circulation/', 'log/', 'config/schema'),
    only('sip2', 'edge/', 'circulation/', 'log/', 'config/schema'),
    only('ncip', 'edge/', 'circulation/', 'log/', 'config/schema'),
    only('alma', 'circulation/', 'log/', 'config/schema'),
    only('store', 'circulation/', 'log/'),
    only('jobs', 'circulation/', 'log/'),
    only('operator', 'circulation/', 'jobs/', 'log/', 'config/schema'),
    only('simulator'),
    only('config'),
    only('log'),
    {
      name: 'core-does-no-io',
      comment: 'circulation/ is the library in its own words: no Node, no database, no HTTP',
      severity: 'error',
      from: { path: '^src/circulation/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'codecs-do-no-io',
      comment: "the codecs turn bytes into messages and back; sockets, files and clocks are somebody else's",
      severity: 'error',
      from: {
        path: '^src/(sip2/(fields|values|codes|messages|layout|checksum|frame|dialect|codec|mask|refused-answer|terminal)|ncip/(services/[^/]*|dialects/[^/]*|admission|encoding|mask|message|normalise|partner|problem[^/]*|received|schema-fault|sent|turns|xml-text))\\.ts$',
      },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(buffer|string_decoder)$' },
    },
    {
      name: 'only-cli-knows-the-gateway',
      severity: 'error',
      from: { pathNot: '^src/(cli|gateway)/' },
      to: { path: '^src/gateway/' },
    },
    {
      name: 'nobody-knows-the-cli',
      severity: 'error',
      from: { pathNot: '^src/(cli/|main\\.js$)' },
      to: { path: '^src/cli/' },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
