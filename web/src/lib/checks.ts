// One check of several that are made in order: its state, what was seen, and what to do. Not for: drawing (CheckList).
import type { ReactNode } from 'react';

export type CheckState = 'passed' | 'warning' | 'failed' | 'running' | 'waiting';

export interface CheckItem {
  key: string;
  title: string;
  state: CheckState;
  /** What was seen, measured where it can be. */
  detail?: ReactNode;
  /** A line for the host, to copy. */
  command?: string;
  action?: ReactNode;
}
