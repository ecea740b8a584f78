import { type Answer, type Call, entity, page, type Route, xmlText } from './call.ts';
import { AlmaError } from './errors.ts';
import type { Library } from './library.ts';
import type { LibraryUnit } from './records.ts';
import { deskJson, libraryJson } from './render/conf.ts';

const LIBRARY = '/conf/libraries/:libraryCode';

/** The area tests (`…/test`) come before any path that would take "test" for an id. */
export const confRoutes: Route[] = [
  ...['/conf/test', '/users/operation/test', '/bibs/test'].flatMap((path): Route[] => [
    { method: 'GET', path, handle: testGet },
    { method: 'POST', path, handle: () => xmlText('<test>POST - OK</test>') },
  ]),
  { method: 'GET', path: '/conf/libraries', handle: list },
  { method: 'GET', path: LIBRARY, handle: getLibrary },
  { method: 'GET', path: `${LIBRARY}/circ-desks`, handle: listDesks },
  { method: 'GET', path: `${LIBRARY}/circ-desks/:circDeskCode`, handle: getDesk },
];

function testGet(library: Library): Answer {
  return xmlText(`<test>GET - OK - institutionCode: ${library.institution.code}</test>`);
}

function list(library: Library, call: Call): Answer {
  const rows = library.units.all();
  return entity(
    'libraries',
    page(call, 'library', rows, (unit) => libraryJson(library, call.base, unit)),
  );
}

function getLibrary(library: Library, call: Call): Answer {
  return entity('library', libraryJson(library, call.base, unitAt(library, call)));
}

function listDesks(library: Library, call: Call): Answer {
  const unit = unitAt(library, call);
  return entity(
    'circ_desks',
    page(call, 'circ_desk', unit.desks, (desk) => deskJson(call.base, unit, desk)),
  );
}

function getDesk(library: Library, call: Call): Answer {
  const unit = unitAt(library, call);
  const desk = unit.desks.find(({ code }) => code === call.params.circDeskCode);
  return entity('circ_desk', deskJson(call.base, unit, desk ?? AlmaError.raise('CONF_PARAMETER_INVALID')));
}

function unitAt(library: Library, call: Call): LibraryUnit {
  return library.units.get(call.params.libraryCode!) ?? AlmaError.raise('CONF_PARAMETER_INVALID');
}
