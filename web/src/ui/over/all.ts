// All that floats over a page, as one part that is loaded after the first picture. Not for: importing from pages (ui/menu and its
// like do it when it is time).
export { Dialog } from './dialog';
export { Menu, MenuAt, MenuCheck, MenuGroup, MenuItem, MenuRadio, MenuSeparator } from './menu';
export { Popover } from './popover';
export { Select } from './select';
