import { expect } from 'chai';

/**
 * What SIP 2.00 says of each answer's fixed part, and which fields must be there, in the order in which we send them:
 * written down here once more, so that our own tables are held against something that is not made from them.
 */
const date = '\\d{8} {4}\\d{6}';
const status = '[Y ]{14}\\d{3}';
const shapes: Readonly<Record<string, { fixed: string; fields: readonly string[] }>> = {
  '10': { fixed: `[01][YN][YNU][YN]${date}`, fields: ['AO', 'AB', 'AQ'] },
  '12': { fixed: `[01][YN][YNU][YN]${date}`, fields: ['AO', 'AA', 'AB', 'AJ', 'AH'] },
  '16': { fixed: `[01][YN]${date}`, fields: ['AO', 'AA'] },
  '18': { fixed: `(?:0[1-9]|1[0-3])0[0-3]0[1-9]${date}`, fields: ['AB', 'AJ'] },
  '20': { fixed: `[01]${date}`, fields: ['AB'] },
  '24': { fixed: `${status}${date}`, fields: ['AO', 'AA', 'AE'] },
  '26': { fixed: `${status}${date}`, fields: ['AO', 'AA', 'AE'] },
  '30': { fixed: `[01][YN][YNU][YN]${date}`, fields: ['AO', 'AA', 'AB', 'AJ', 'AH'] },
  '36': { fixed: `[YN]${date}`, fields: ['AO', 'AA'] },
  '38': { fixed: `[YN]${date}`, fields: ['AO', 'AA'] },
  '64': { fixed: `${status}${date}(?:\\d{4}| {4}){6}`, fields: ['AO', 'AA', 'AE'] },
  '66': { fixed: `[01]\\d{8}${date}`, fields: ['AO'] },
  '94': { fixed: '[01]', fields: [] },
  '96': { fixed: '', fields: [] },
  '98': { fixed: `[YN]{6}\\d{6}${date}2\\.00`, fields: ['AO', 'BX'] },
};

/** Fails unless the answer is this response of SIP 2.00, whole: fixed part, required fields, a delimiter after each. */
export function expectLegal(answer: string, code: string): void {
  expect(answer.slice(0, 2), answer).to.equal(code);
  const { fixed, fields } = shapes[code]!;
  const found = new RegExp(`^${code}${fixed}((?:[A-Z][A-Z\\d][^|\\r\\n]*\\|)*)(?:(?:AY.)?AZ[0-9A-F]{4})?$`).exec(
    answer,
  );
  expect(found, `${answer} has the shape of ${code}`).not.to.equal(null);
  const ids = (found?.[1] ?? '').split('|').map((field) => field.slice(0, 2));
  expect(
    ids.filter((id) => fields.includes(id)),
    answer,
  ).to.deep.equal(fields);
}
