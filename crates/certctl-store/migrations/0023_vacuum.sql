-- What is changed again and again is vacuumed when a fiftieth of it was changed, not a fifth: until then the lists, which go by
-- indexes alone, have to look at the table for rows near a change.
-- only postgres
ALTER TABLE certificates SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
ALTER TABLE holders SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
ALTER TABLE jobs SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
-- end
