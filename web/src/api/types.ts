// Short names for the generated types. Not for: types of our own. Invariant: nothing here is written by hand twice.
import type { components, paths } from './schema';

export type { paths };
export type Schemas = components['schemas'];
export type Certificate = Schemas['Certificate'];
export type Job = Schemas['Job'];
export type Need = Schemas['Need'];
export type Problem = Schemas['Problem'];
export type Event = Schemas['Event'];
export type Permission = Schemas['Permission'];
