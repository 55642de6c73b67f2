-- Why a need is hidden, and what it was like then: one that is hidden until it changes is shown again when it is not so any more.
ALTER TABLE need_snoozes ADD COLUMN reason TEXT;
ALTER TABLE need_snoozes ADD COLUMN seen TEXT;
