import { describe, expect, it } from '@jest/globals';
import { portalSubject, portalVisit, type PortalVisit } from './portal-visit.js';

describe('the subject of a link to Meus chamados', () => {
  it.each<[string, PortalVisit]>([
    ['everything', { address: '"a b"@cliente.example', privateQueues: null }],
    ['public queues alone', { address: 'a@cliente.example', privateQueues: [] }],
    ['a private queue too', { address: 'a@cliente.example', privateQueues: ['financeiro', 'rh'] }],
  ])('says which tickets it opens: %s', (_name, visit) => {
    expect(portalVisit(portalSubject(visit))).toEqual(visit);
  });
});
