// Sets theme and density before the first paint. A file of its own, because the policy forbids inline scripts.
(() => {
  const root = document.documentElement;
  let theme = null;
  let density = null;
  try {
    theme = localStorage.getItem('certctl.theme');
    density = localStorage.getItem('certctl.density');
  } catch {}
  if (theme !== 'dark' && theme !== 'light')
    theme = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
  root.dataset.theme = theme;
  root.dataset.density = density === 'compact' ? 'compact' : 'comfortable';
})();
