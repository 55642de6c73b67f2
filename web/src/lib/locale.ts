// The one language of the dashboard, for all that `Intl` writes. Not for: zones (a reader's own). Invariant: nothing else names a
// language, so that another has one place to come in; English dates are written with the day first.
export const LANGUAGE = 'en';
export const DATES = 'en-GB';
