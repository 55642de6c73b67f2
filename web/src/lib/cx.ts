// Joins class names. Not for: settling conflicts between classes; components do not take conflicting ones.
export { clsx as cx } from 'clsx';
