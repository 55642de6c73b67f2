// How what floats looks: menus, popovers, selects. One place, so that they are alike.
export const popup = 'pop-shadow enter z-50 rounded-panel bg-raised p-1 text-sm text-ink outline-none';
export const item =
  'flex min-h-8 cursor-default select-none items-center gap-2 rounded-control px-2 py-1 outline-none data-highlighted:bg-fill data-disabled:text-ink-3 [&_svg]:shrink-0';
export const groupLabel = 'px-2 pt-2 pb-1 text-2xs font-medium text-ink-3';
export const separator = 'my-1 h-px bg-line';
