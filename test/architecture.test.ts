import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { folderWith } from './config/folder.ts';

/** Every source file, as `src/…`. */
const files = readdirSync('src', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));

/** Those that make or sell brokers, kiosks, sorters, gates or library systems. Alma is the one system that is named. */
const vendors = [
  ...['illiad', 'atlas systems', 'relais', 'd2d', 'inn-?reach', 'oclc', 'worldshare', 'tipasa', 'clio', 'gtbib', 'vdx'],
  ...['shareit', 'auto-?graphics', 'reshare', 'openrs', 'rapido', 'rapidill', 'innovative', 'polaris', 'sierra'],
  ...[
    'bibliotheca',
    'envisionware',
    'd-?tech',
    'nedap',
    'lyngsoe',
    'mk solutions',
    'tech-?logic',
    'meescan',
    'fe ?tech',
  ],
  ...['koha', 'evergreen', 'folio', 'aleph', 'symphony', 'sirsi', 'voyager', '3m'],
];

describe('the architecture', function () {
  this.timeout(30_000);

  it('keeps the rule who may know whom, and the rule sees every file', async () => {
    const result = await cruised(process.cwd());
    const violations = result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
    expect(violations).to.deep.equal([]);
    const seen = result.modules.map(({ source }) => source).filter((source) => source.startsWith('src/'));
    expect(seen.toSorted()).to.deep.equal(files.toSorted());
    // It followed their imports as well: every file but the first is imported by another.
    const imported = new Set(
      result.modules.flatMap(({ dependencies }) => dependencies.map(({ resolved }) => resolved)),
    );
    expect(files.filter((file) => !imported.has(file))).to.deep.equal(['src/main.js']);
  });

  it('notices a forbidden import, a circle and a core that reads files', async () => {
    using folder = folderWith({
      'src/circulation/loan.ts': "import '../sip2/kiosk.ts';\nimport 'node:fs';",
      'src/sip2/kiosk.ts': "import type { Circle } from '../circulation/loan.ts';\nexport const circle: Circle = 1;",
      'src/ncip/broker.ts': "import '../sip2/kiosk.ts';\nawait import('../gateway/gateway.ts');",
      'src/edge/door.ts': "import '../sip2/kiosk.ts';",
      'src/gateway/gateway.ts': 'export {};',
    });
    const broken = (await cruised(folder.path)).summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`);
    expect(broken).to.include.members([
      'no-circles: src/circulation/loan.ts',
      'circulation-knows-only: src/circulation/loan.ts',
      'core-does-no-io: src/circulation/loan.ts',
      'ncip-knows-only: src/ncip/broker.ts',
      'edge-knows-only: src/edge/door.ts',
      'only-cli-knows-the-gateway: src/ncip/broker.ts',
    ]);
  });

  it('knows no vendor: what one of them does differently is data', () => {
    const named = new RegExp(`(?<![a-z0-9])(${vendors.join('|')})(?![a-z0-9])`, 'i');
    const found = files.flatMap((file) => {
      // A key of Alma's bibs is no vendor: the simulator has to write what Alma writes.
      const lines = readFileSync(file, 'utf8').replaceAll('sync_with_oclc', 'sync_with').split('\n');
      return lines.flatMap((line, index) => (named.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : []));
    });
    expect(found).to.deep.equal([]);
  });

  it('reads the environment in config/ alone, and writes to the console in the commands alone', () => {
    const users = (pattern: RegExp, ...allowed: string[]) =>
      files.filter(
        (file) => pattern.test(readFileSync(file, 'utf8')) && !allowed.some((place) => file.startsWith(`src/${place}`)),
      );
    expect(users(/process\.env\b|\benv\b.*from 'node:process'/, 'config/')).to.deep.equal([]);
    expect(users(/\bconsole\.\w+\(/, 'cli/', 'main.js')).to.deep.equal([]);
    expect(users(/process\.exit\b/, 'cli/', 'main.js')).to.deep.equal([]);
  });

  it('has no drawer for odds and ends, no barrel, and no file that nobody can read in one go', () => {
    const vague = /^(index|utils?|helpers?|common|misc|shared|types|constants)\./;
    expect(files.filter((file) => vague.test(basename(file)))).to.deep.equal([]);
    const lengths = files.map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length - 1 }));
    expect(lengths.filter(({ lines }) => lines > 300)).to.deep.equal([]);
  });
});

/** What dependency-cruiser finds in the folder `src` of a project, by our rules. */
async function cruised(project: string): Promise<ICruiseResult> {
  const { tsConfig: _, ...options } = await extractDepcruiseOptions(join(process.cwd(), '.dependency-cruiser.cjs'));
  const { output } = await cruise(['src'], { ...options, baseDir: project });
  return output as ICruiseResult;
}
