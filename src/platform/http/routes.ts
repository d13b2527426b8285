import { RequestMethod, type INestApplication } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import { ACCESS_METADATA, type Access } from './access.js';
import { API_PREFIX, ROOT_ROUTES } from './settings.js';

/** One line of the route table. */
export interface Route {
  readonly method: string;
  /** As served: `/api/v1/tickets/:protocol`. */
  readonly path: string;
  readonly access: Access;
  /** `TicketsController.detail`, for people who look for it. */
  readonly handler: string;
}

/**
 * Every route of the application with who may call it, sorted by path and method. Throws where one does not name its
 * access: such an application must not start.
 */
export function routeTable(app: INestApplication): Route[] {
  const scanner = new MetadataScanner();
  const reflector = new Reflector();
  const routes: Route[] = [];
  const unnamed: string[] = [];
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      if (typeof metatype !== 'function') continue;
      const prototype = metatype.prototype as Record<string, () => unknown>;
      for (const name of scanner.getAllMethodNames(prototype)) {
        const handler = prototype[name]!;
        const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
        if (method === undefined) continue;
        const label = `${metatype.name}.${name}`;
        const access = reflector.getAllAndOverride<Access | undefined>(ACCESS_METADATA, [
          handler,
          metatype as never,
        ]);
        if (access === undefined) unnamed.push(label);
        else {
          for (const path of pathsOf(metatype, handler)) {
            routes.push({ method: RequestMethod[method], path, access, handler: label });
          }
        }
      }
    }
  }
  if (unnamed.length > 0) {
    throw new Error(
      `Routes without @RouteAccess: ${unnamed.join(', ')}. Every route names who may call it.`,
    );
  }
  return routes.sort((a, b) =>
    a.path === b.path ? a.method.localeCompare(b.method) : a.path.localeCompare(b.path),
  );
}

function pathsOf(controller: object, handler: object): string[] {
  const bases = [Reflect.getMetadata(PATH_METADATA, controller) ?? ''].flat() as string[];
  const leaves = [Reflect.getMetadata(PATH_METADATA, handler) ?? ''].flat() as string[];
  return bases.flatMap((base) => leaves.map((leaf) => served(declared(base, leaf))));
}

function declared(base: string, leaf: string): string {
  return [base, leaf]
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .join('/');
}

function served(path: string): string {
  const root = ROOT_ROUTES.some((route) => route.replaceAll('\\', '').replace(/^\//, '') === path);
  return root ? `/${path}` : `/${API_PREFIX}/${path}`;
}
