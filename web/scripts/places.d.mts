import type { APIRequestContext, Locator, Page } from '@playwright/test';

/** Opens something over the page. `picture`: its name in docs/screenshots, when it is there; `asks`: it is a question before something
 * that is not undone. */
export type Opening = ((page: Page) => Promise<unknown>) & { picture?: string; asks?: boolean };

export interface Place {
  /** As it stands in the router. */
  route: string;
  /** With `:job` and the like for what the server has. */
  at: string;
  over?: readonly Opening[];
}

export const nowhere: string;
export const places: readonly Place[];
export function itemsAt(page: { request: APIRequestContext }, url: string, path: string): Promise<{ id: string }[]>;
export function addressOf(place: Place, page: Page, url: string): Promise<string>;
export function floating(page: Page): Locator;
export function settledAt(page: Page, address: string): Promise<void>;
export function arrived(page: Page): Promise<unknown>;
