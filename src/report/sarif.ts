/** SARIF 2.1.0 for code scanning: findings keep their identity when lines move. */
import { createHash } from 'node:crypto';
import type { JudgedFinding } from '../findings/judged.ts';
import type { Severity } from '../rules/rule.ts';
import { isAbsent } from './applied.ts';
import type { Report } from './report.ts';
import { worstFirst } from './selection.ts';
import { clip, visibleLine } from './visible.ts';

/** SARIF's own word for a notice is note. */
const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', notice: 'note' };

/** Code scanning keeps 5,000 results of a run. */
const mostResults = 5000;

function fingerprint(finding: JudgedFinding): string {
  return createHash('sha256').update(`${finding.rule}\0${finding.object}`).digest('hex');
}

function uri(file: string): string {
  return file
    .split('/')
    .map((part) => encodeURIComponent(part.replace(/\p{Cs}/gu, '\uFFFD')))
    .join('/');
}

/** Code scanning shows no result without a place, so one without a file is shown at the newest migration, or the schema. */
function fallbackFile(report: Report): string {
  const newest = report.migrations.findLast(({ file }) => !isAbsent(report, file))?.file;
  return newest ?? report.schema.file ?? report.rls[0]?.file ?? 'package.json';
}

function result(finding: JudgedFinding, index: number, report: Report): unknown {
  const absent = isAbsent(report, finding.file);
  const file = absent ? null : finding.file;
  const where = absent && finding.line !== null ? `${finding.file}:${finding.line}` : '';
  const text = visibleLine(
    [where, finding.title, finding.detail, finding.remedy].filter((part) => part !== '').join('. '),
  );
  return {
    ruleId: finding.rule,
    ruleIndex: index,
    level: levels[finding.severity],
    message: { text: clip(text.replaceAll('..', '.'), 4000) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uri(file ?? fallbackFile(report)), uriBaseId: '%SRCROOT%' },
          region: { startLine: file === null ? 1 : Math.max(1, finding.line ?? 1) },
        },
        logicalLocations: [{ fullyQualifiedName: visibleLine(finding.object) }],
      },
    ],
    partialFingerprints: { 'gatekeeperFinding/v1': fingerprint(finding) },
    baselineState: finding.introduced ? 'new' : 'unchanged',
    ...(finding.waived === null
      ? {}
      : {
          suppressions: [
            {
              kind: finding.waived.line === null ? 'external' : 'inSource',
              status: 'accepted',
              justification: visibleLine(finding.waived.reason),
            },
          ],
        }),
  };
}

export interface SarifContext {
  readonly version: string;
  /** One line per rule, where known. */
  readonly ruleTitle?: (rule: string) => string | null;
}

export function renderSarif(report: Report, context: SarifContext): string {
  const findings = worstFirst(report.findings).slice(0, mostResults);
  const ids = [...new Set(findings.map((finding) => finding.rule))].sort();
  const sarif = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'migration-gatekeeper',
            version: context.version,
            rules: ids.map((id) => {
              const title = context.ruleTitle?.(id) ?? null;
              return title === null ? { id } : { id, shortDescription: { text: title } };
            }),
          },
        },
        // To code scanning each project of a repository is a run of its own, whose results replace only its own.
        ...(report.project === '.'
          ? {}
          : { automationDetails: { id: `migration-gatekeeper/${visibleLine(report.project)}/` } }),
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The root of the repository.' } } },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => result(finding, ids.indexOf(finding.rule), report)),
      },
    ],
  };
  return `${JSON.stringify(sarif, null, 2)}\n`;
}
