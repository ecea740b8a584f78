import { expect } from 'chai';
import fc from 'fast-check';
import { endpoint, fill, idsIn } from '../../src/alma/endpoint.ts';
import { Refusal } from '../../src/circulation/refusals.ts';

const loan = endpoint('POST /users/{user_id}/loans/{loan_id}');
const user = endpoint('GET /users/{user_id}');

describe('paths of the API', () => {
  it('keep any id in one segment, from which it can be read back', () => {
    const id = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text !== '.' && text !== '..');
    fc.assert(
      fc.property(id, id, (user_id, loan_id) => {
        const path = fill(loan, { user_id, loan_id });
        expect(path.split('/')).to.have.length(5);
        expect(path).to.match(/^[\w\-.!~*'()%/]+$/);
        expect({ ...idsIn(loan, `/almaws/v1${path}`) }).to.deep.equal({ user_id, loan_id });
      }),
    );
  });

  it('encode what would end a segment, a path or a query', () => {
    expect(fill(loan, { user_id: 'a/b?c#d e%f', loan_id: 'ø@x' })).to.equal(
      '/users/a%2Fb%3Fc%23d%20e%25f/loans/%C3%B8%40x',
    );
  });

  it('refuse ids that no encoding keeps apart from the path around them', () => {
    for (const user_id of ['', '.', '..']) {
      expect(() => fill(user, { user_id }))
        .to.throw(Refusal)
        .with.property('kind', 'unknown-patron');
    }
  });

  it('are not recognised in another path', () => {
    expect(idsIn(loan, '/users/ada/requests/1')).to.equal(undefined);
  });
});
