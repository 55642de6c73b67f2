import type { APIRequestContext } from '@playwright/test';

export function makeScene(request: APIRequestContext, url: string): Promise<void>;
