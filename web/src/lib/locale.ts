// The one language of the dashboard, for all that `Intl` writes. Not for: zones (a reader's own). Invariant: nothing else names a
// language, so that another has one place to come in; English dates are written with the day first.
export const LANGUAGE = 'en';
export const DATES = 'en-GB';

/** The first day of the week where the reader is, Monday as 0; Monday where the browser does not know. */
export const firstWeekday = once(() => {
  const locale: Intl.Locale & { getWeekInfo?: () => { firstDay: number }; weekInfo?: { firstDay: number } } =
    new Intl.Locale(typeof navigator === 'undefined' ? DATES : navigator.language);
  return ((locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay ?? 1) - 1;
});

/** Made when it is first needed, and once: a formatter of `Intl` takes longer to make than a page takes to draw. */
export function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

// Numbers and plurals of the one language there is, by hand: the first formatter of `Intl` takes a slow browser longer to make
// than all else that the first picture has of text.
/** `1,284` */
export const number = (value: number) => {
  const [whole = '', part] = String(value).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return part === undefined ? grouped : `${grouped}.${part.slice(0, 3)}`;
};

/** Whether a number takes the form of one. */
export const isOne = (value: number) => value === 1;
